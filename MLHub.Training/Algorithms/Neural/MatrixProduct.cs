using System.Numerics;

namespace MLHub.Training.Algorithms.Neural;

/// <summary>
/// C = A · B for row-major matrices, vectorised. Every element is summed by one thread in the same order, so results do not depend on how
/// many threads there are.
/// </summary>
internal static unsafe class MatrixProduct
{
    private const int BlockRows = 4;

    /// <summary>Below so many multiplications a second thread costs more than it saves.</summary>
    private const long WorthSharing = 200_000;

    /// <param name="a">Element (i, p) stands at <c>i · aRow + p · aColumn</c>: a matrix or its transpose.</param>
    /// <param name="b"><paramref name="inner"/> × <paramref name="columns"/>.</param>
    /// <param name="c"><paramref name="rows"/> × <paramref name="columns"/>, overwritten.</param>
    public static void Multiply(ReadOnlySpan<float> a, int aRow, int aColumn, ReadOnlySpan<float> b, Span<float> c, int rows, int inner, int columns, int threads)
    {
        fixed (float* pa = a)
        fixed (float* pb = b)
        fixed (float* pc = c)
        {
            if (threads <= 1 || (long)rows * inner * columns < WorthSharing)
            {
                Rows(pa, aRow, aColumn, pb, pc, 0, rows, inner, columns);
                return;
            }

            var (la, lb, lc) = ((nint)pa, (nint)pb, (nint)pc);
            var share = (((rows + threads - 1) / threads) + BlockRows - 1) / BlockRows * BlockRows;
            Parallel.For(0, threads, new ParallelOptions { MaxDegreeOfParallelism = threads }, t =>
                Rows((float*)la, aRow, aColumn, (float*)lb, (float*)lc, Math.Min(rows, t * share), Math.Min(rows, (t + 1) * share), inner, columns));
        }
    }

    private static void Rows(float* a, int aRow, int aColumn, float* b, float* c, int from, int to, int inner, int columns)
    {
        var i = from;
        for (; i + BlockRows <= to; i += BlockRows)
        {
            FourRows(a + (i * (long)aRow), aRow, aColumn, b, c + (i * (long)columns), inner, columns);
        }

        for (; i < to; i++)
        {
            OneRow(a + (i * (long)aRow), aColumn, b, c + (i * (long)columns), inner, columns);
        }
    }

    private static void FourRows(float* a, int aRow, int aColumn, float* b, float* c, int inner, int columns)
    {
        var width = Vector<float>.Count;
        float* a1 = a + aRow, a2 = a1 + aRow, a3 = a2 + aRow;
        float* c1 = c + columns, c2 = c1 + columns, c3 = c2 + columns;
        var j = 0;
        for (; j + (2 * width) <= columns; j += 2 * width)
        {
            Vector<float> s00 = default, s01 = default, s10 = default, s11 = default, s20 = default, s21 = default, s30 = default, s31 = default;
            var column = b + j;
            for (var p = 0; p < inner; p++, column += columns)
            {
                var (b0, b1) = (Vector.Load(column), Vector.Load(column + width));
                var at = p * (long)aColumn;
                var x = Vector.Create(a[at]);
                s00 = Vector.FusedMultiplyAdd(x, b0, s00);
                s01 = Vector.FusedMultiplyAdd(x, b1, s01);
                x = Vector.Create(a1[at]);
                s10 = Vector.FusedMultiplyAdd(x, b0, s10);
                s11 = Vector.FusedMultiplyAdd(x, b1, s11);
                x = Vector.Create(a2[at]);
                s20 = Vector.FusedMultiplyAdd(x, b0, s20);
                s21 = Vector.FusedMultiplyAdd(x, b1, s21);
                x = Vector.Create(a3[at]);
                s30 = Vector.FusedMultiplyAdd(x, b0, s30);
                s31 = Vector.FusedMultiplyAdd(x, b1, s31);
            }

            Vector.Store(s00, c + j);
            Vector.Store(s01, c + j + width);
            Vector.Store(s10, c1 + j);
            Vector.Store(s11, c1 + j + width);
            Vector.Store(s20, c2 + j);
            Vector.Store(s21, c2 + j + width);
            Vector.Store(s30, c3 + j);
            Vector.Store(s31, c3 + j + width);
        }

        for (; j + width <= columns; j += width)
        {
            Vector<float> s0 = default, s1 = default, s2 = default, s3 = default;
            var column = b + j;
            for (var p = 0; p < inner; p++, column += columns)
            {
                var b0 = Vector.Load(column);
                var at = p * (long)aColumn;
                s0 = Vector.FusedMultiplyAdd(Vector.Create(a[at]), b0, s0);
                s1 = Vector.FusedMultiplyAdd(Vector.Create(a1[at]), b0, s1);
                s2 = Vector.FusedMultiplyAdd(Vector.Create(a2[at]), b0, s2);
                s3 = Vector.FusedMultiplyAdd(Vector.Create(a3[at]), b0, s3);
            }

            Vector.Store(s0, c + j);
            Vector.Store(s1, c1 + j);
            Vector.Store(s2, c2 + j);
            Vector.Store(s3, c3 + j);
        }

        for (; j < columns; j++)
        {
            float s0 = 0, s1 = 0, s2 = 0, s3 = 0;
            var column = b + j;
            for (var p = 0; p < inner; p++, column += columns)
            {
                var at = p * (long)aColumn;
                s0 = MathF.FusedMultiplyAdd(a[at], *column, s0);
                s1 = MathF.FusedMultiplyAdd(a1[at], *column, s1);
                s2 = MathF.FusedMultiplyAdd(a2[at], *column, s2);
                s3 = MathF.FusedMultiplyAdd(a3[at], *column, s3);
            }

            (c[j], c1[j], c2[j], c3[j]) = (s0, s1, s2, s3);
        }
    }

    private static void OneRow(float* a, int aColumn, float* b, float* c, int inner, int columns)
    {
        var width = Vector<float>.Count;
        var j = 0;
        for (; j + width <= columns; j += width)
        {
            Vector<float> sum = default;
            var column = b + j;
            for (var p = 0; p < inner; p++, column += columns)
            {
                sum = Vector.FusedMultiplyAdd(Vector.Create(a[p * (long)aColumn]), Vector.Load(column), sum);
            }

            Vector.Store(sum, c + j);
        }

        for (; j < columns; j++)
        {
            var sum = 0f;
            var column = b + j;
            for (var p = 0; p < inner; p++, column += columns)
            {
                sum = MathF.FusedMultiplyAdd(a[p * (long)aColumn], *column, sum);
            }

            c[j] = sum;
        }
    }
}
