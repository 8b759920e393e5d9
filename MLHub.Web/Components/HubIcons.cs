namespace MLHub.Web.Components;

/// <summary>Our own line icons on a 24 grid; fit for <c>MudIcon</c> and <see cref="Glyph"/>.</summary>
public static class HubIcons
{
    public static readonly string Home = Line("M4 11 12 4.5l8 6.5V19a1 1 0 0 1-1 1h-4.5v-6h-5v6H5a1 1 0 0 1-1-1z");
    public static readonly string Database = Line("M4.5 6.5c0-1.7 3.4-3 7.5-3s7.5 1.3 7.5 3-3.4 3-7.5 3-7.5-1.3-7.5-3zM4.5 6.5v11c0 1.7 3.4 3 7.5 3s7.5-1.3 7.5-3v-11M4.5 12c0 1.7 3.4 3 7.5 3s7.5-1.3 7.5-3");
    public static readonly string Flask = Line("M9 3.5h6M10 3.5v6l-5.3 8.6a1.6 1.6 0 0 0 1.4 2.4h11.8a1.6 1.6 0 0 0 1.4-2.4L14 9.500v-6M7.300 14.500h9.400");
    public static readonly string Cube = Line("M12 3.300 4.500 7.500v9l7.500 4.200 7.500-4.200v-9zM4.700 7.600 12 11.800l7.300-4.200M12 11.800v8.700");
    public static readonly string Activity = Line("M3.500 12h4l3-7.500 4 15 2.500-7.500h3.500");
    public static readonly string Search = Line("M11 17.500a6.500 6.500 0 1 0 0-13 6.500 6.500 0 0 0 0 13zM15.800 15.800 20 20");
    public static readonly string Sun = Line("M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM12 2.500v2M12 19.500v2M2.500 12h2M19.500 12h2M5.300 5.300l1.400 1.400M17.300 17.300l1.400 1.400M5.300 18.700l1.400-1.400M17.300 6.700l1.400-1.400");
    public static readonly string Moon = Line("M20 14.200A8.200 8.200 0 0 1 9.800 4 8.200 8.200 0 1 0 20 14.200z");
    public static readonly string Screen = Line("M4.500 4.500h15a1 1 0 0 1 1 1v10a1 1 0 0 1-1 1h-15a1 1 0 0 1-1-1v-10a1 1 0 0 1 1-1zM9 20.500h6M12 16.500v4");
    public static readonly string Check = Line("m5 12.500 4.500 4.500L19 7.500");
    public static readonly string Close = Line("m6 6 12 12M18 6 6 18");
    public static readonly string Plus = Line("M12 5v14M5 12h14");
    public static readonly string Updown = Line("m8 9.500 4-4 4 4M8 14.500l4 4 4-4");
    public static readonly string Down = Line("m6 9.500 6 6 6-6");
    public static readonly string Up = Line("m6 14.500 6-6 6 6");
    public static readonly string Left = Line("m14.500 6-6 6 6 6");
    public static readonly string Right = Line("m9.500 6 6 6-6 6");
    public static readonly string First = Line("M6 5.500v13M18 6l-6 6 6 6");
    public static readonly string Last = Line("M18 5.500v13M6 6l6 6-6 6");
    public static readonly string Clock = Line("M12 20.500a8.500 8.500 0 1 0 0-17 8.500 8.500 0 0 0 0 17zM12 7.500V12l3 2");
    public static readonly string Alert = Line("M12 4 2.800 19.500h18.400zM12 10v4.500M12 17v.1");
    public static readonly string Failed = Line("M12 20.500a8.500 8.500 0 1 0 0-17 8.500 8.500 0 0 0 0 17zM12 7.500v5.500M12 16v.1");
    public static readonly string Done = Line("M12 20.500a8.500 8.500 0 1 0 0-17 8.500 8.500 0 0 0 0 17zM8.300 12.300l2.600 2.600 4.800-5.300");
    public static readonly string Ban = Line("M12 20.500a8.500 8.500 0 1 0 0-17 8.500 8.500 0 0 0 0 17zM6 18 18 6");
    public static readonly string Info = Line("M12 20.500a8.500 8.500 0 1 0 0-17 8.500 8.500 0 0 0 0 17zM12 11v5.500M12 8v.1");
    public static readonly string Copy = Line("M9 9h10a1 1 0 0 1 1 1v10a1 1 0 0 1-1 1H9a1 1 0 0 1-1-1V10a1 1 0 0 1 1-1zM5 15H4a1 1 0 0 1-1-1V4a1 1 0 0 1 1-1h10a1 1 0 0 1 1 1v1");
    public static readonly string More = Line("M5.500 12h.01M12 12h.01M18.500 12h.01", 2.6);
    public static readonly string User = Line("M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.500 20.500c.600-3.900 3.600-6 7.500-6s6.900 2.100 7.500 6");
    public static readonly string Users = Line("M9 12a3.800 3.800 0 1 0 0-7.600A3.800 3.800 0 0 0 9 12zM2.500 20c.500-3.600 3.100-5.500 6.500-5.500s6 1.900 6.500 5.500M16 4.700a3.800 3.800 0 0 1 0 7.100M18 14.900c2 .800 3.200 2.500 3.500 5.100");
    public static readonly string SignOut = Line("M14 4.500H6a1 1 0 0 0-1 1v13a1 1 0 0 0 1 1h8M10 12h10.500M17 8.500l3.500 3.500-3.500 3.500");
    public static readonly string Keyboard = Line("M4 6.500h16a1 1 0 0 1 1 1v9a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1v-9a1 1 0 0 1 1-1zM7 10.500h.01M10.300 10.500h.01M13.700 10.500h.01M17 10.500h.01M8 14h8");
    public static readonly string Code = Line("m8 7-5 5 5 5M16 7l5 5-5 5");
    public static readonly string Upload = Line("M12 15.500V4.500M7.500 8.500 12 4l4.500 4.500M4 15.500v3a1.500 1.500 0 0 0 1.500 1.500h13a1.500 1.500 0 0 0 1.500-1.500v-3");
    public static readonly string Download = Line("M12 4v11M7.500 11l4.500 4.500 4.500-4.500M4 15.500v3a1.500 1.500 0 0 0 1.500 1.500h13a1.500 1.500 0 0 0 1.500-1.500v-3");
    public static readonly string Play = Line("M7.500 5v14l11.500-7z");
    public static readonly string Pause = Line("M8.500 5.500v13M15.500 5.500v13");
    public static readonly string Stop = Line("M7 7h10v10H7z");
    public static readonly string Refresh = Line("M20 12a8 8 0 1 1-2.500-5.800M20 4v4.500h-4.500");
    public static readonly string Trash = Line("M4.500 6.500h15M9.500 6.500v-2a1 1 0 0 1 1-1h3a1 1 0 0 1 1 1v2M6.500 6.500l.8 13a1 1 0 0 0 1 1h7.400a1 1 0 0 0 1-1l.8-13M10 10.500v6M14 10.500v6");
    public static readonly string Edit = Line("M4.500 19.500 5.600 15 15.800 4.800a1.600 1.600 0 0 1 2.300 0l1.100 1.100a1.600 1.600 0 0 1 0 2.300L9 18.400z");
    public static readonly string File = Line("M7 3.500h7l4.500 4.500v11.500a1 1 0 0 1-1 1H7a1 1 0 0 1-1-1v-15a1 1 0 0 1 1-1zM13.500 3.500V8.500h5");
    public static readonly string Table = Line("M4.500 5h15a1 1 0 0 1 1 1v12a1 1 0 0 1-1 1h-15a1 1 0 0 1-1-1V6a1 1 0 0 1 1-1zM3.500 10h17M3.500 14.500h17M9.500 10v9");
    public static readonly string Chart = Line("M4 4.500v15h16M8.500 16v-4M12.500 16V8M16.500 16v-6");
    public static readonly string Expand = Line("M14.500 4.500h5v5M19.500 4.500l-6 6M9.500 19.500h-5v-5M4.500 19.500l6-6");
    public static readonly string Filter = Line("M4 5.500h16l-6.300 7.500v5l-3.400 1.500V13z");
    public static readonly string Star = Line("m12 4 2.500 5.100 5.600.800-4 3.900.900 5.600-5-2.600-5 2.600.900-5.600-4-3.900 5.600-.800z");
    public static readonly string Crown = Line("M4 18.500h16M4.500 15 3.500 7l5 3.500L12 5l3.500 5.500 5-3.500-1 8z");
    public static readonly string Target = Line("M12 20.500a8.500 8.500 0 1 0 0-17 8.500 8.500 0 0 0 0 17zM12 16.500a4.500 4.500 0 1 0 0-9 4.500 4.500 0 0 0 0 9zM12 12h.01");
    public static readonly string Number = Line("M9.500 4.500 7.500 19.500M16.500 4.500l-2 15M4.500 9.500h15.500M4 14.500h15.500");
    public static readonly string Text = Line("M5 6.500v-1h14v1M12 5.500v13M9.500 18.500h5");
    public static readonly string Calendar = Line("M5 5.500h14a1 1 0 0 1 1 1v12a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1v-12a1 1 0 0 1 1-1zM4 10h16M8.500 3.500v4M15.500 3.500v4");
    public static readonly string Toggle = Line("M8 7h8a5 5 0 0 1 0 10H8A5 5 0 0 1 8 7zM8 14a2 2 0 1 0 0-4 2 2 0 0 0 0 4z");
    public static readonly string Archive = Line("M4 5h16v4H4zM5.500 9v9.500a1 1 0 0 0 1 1h11a1 1 0 0 0 1-1V9M10 13h4");
    public static readonly string Settings = Line("M4 7h9M17 7h3M4 17h3M11 17h9M15 9a2 2 0 1 0 0-4 2 2 0 0 0 0 4zM9 19a2 2 0 1 0 0-4 2 2 0 0 0 0 4z");
    public static readonly string Link = Line("M10 14a4 4 0 0 0 6 .4l3-3a4 4 0 0 0-5.700-5.700l-1.300 1.300M14 10a4 4 0 0 0-6-.400l-3 3a4 4 0 0 0 5.700 5.700l1.300-1.300");

    public static readonly string Globe = Line("M12 20.500a8.500 8.500 0 1 0 0-17 8.500 8.500 0 0 0 0 17zM3.500 12h17M12 3.500c2.300 2.300 3.500 5.200 3.500 8.500s-1.200 6.200-3.500 8.500c-2.300-2.300-3.500-5.200-3.500-8.500s1.200-6.200 3.500-8.500z");

    public static readonly string Key = Line("M8 16.500a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM12 12.500h8.500M17 12.500v3.500M20.500 12.500v2.500");

    private static string Line(string path, double width = 1.7) =>
        $"<path d=\"{path}\" fill=\"none\" stroke=\"currentColor\" stroke-width=\"{width}\" stroke-linecap=\"round\" stroke-linejoin=\"round\"/>";
}
