"""Makes the workbooks in this folder, with writers that are not ours: xlwt (BIFF8) and openpyxl.

    apt-get install python3-xlwt python3-openpyxl
    python3 make_workbooks.py
"""
import datetime
import xlwt
import openpyxl

day = xlwt.easyxf(num_format_str="yyyy-mm-dd")
moment = xlwt.easyxf(num_format_str="yyyy-mm-dd hh:mm:ss")
clock = xlwt.easyxf(num_format_str="hh:mm:ss")


def dates(path, since_1904):
    book = xlwt.Workbook()
    book.dates_1904 = since_1904
    sheet = book.add_sheet("dates")
    for i, name in enumerate(["day", "moment", "clock", "n", "word"]):
        sheet.write(0, i, name)
    rows = [
        (datetime.date(2024, 2, 29), datetime.datetime(2024, 1, 1, 13, 30, 15), datetime.time(6, 45, 0), 1.5, "äß"),
        (datetime.date(1999, 12, 31), datetime.datetime(2023, 12, 31, 23, 59, 59), datetime.time(23, 59, 59), -2.25, "x"),
    ]
    for r, row in enumerate(rows, 1):
        for c, (value, style) in enumerate(zip(row, [day, moment, clock, None, None])):
            if style is None:
                sheet.write(r, c, value)
            else:
                sheet.write(r, c, value, style)
    book.save(path)


dates("dates1900.xls", False)
dates("dates1904.xls", True)

book = openpyxl.Workbook()
first = book.active
first.title = "secret"
first.append(["no", "way"])
first.append([1, 2])
first.sheet_state = "hidden"
buried = book.create_sheet("buried")
buried.append(["deep"])
buried.append([1])
buried.sheet_state = "veryHidden"
book.create_sheet("blank")
data = book.create_sheet("data")
data.append(["name", "n", "when"])
data.append(["Ann", 1, datetime.datetime(2024, 5, 6)])
data.append(["Bob", 2.5, datetime.datetime(2024, 5, 7)])
more = book.create_sheet("more")
more.append(["k"])
more.append(["v"])
book.active = 3
book.save("sheets.xlsx")
