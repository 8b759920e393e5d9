using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MLHub.Training.Algorithms.LightGbm;

/// <summary>The part of LightGBM's C interface that MLHub uses (https://lightgbm.readthedocs.io/en/stable/C-API.html).</summary>
internal static unsafe partial class LightGbmNative
{
    private const string Library = "lib_lightgbm";

    public const int Float32 = 0;
    public const int Int32 = 2;

    public const int PredictNormal = 0;
    public const int PredictContributions = 3;

    [ThreadStatic]
    private static Action<string>? _log;

    static LightGbmNative()
    {
        // Without it idle OpenMP threads spin: five times slower as soon as another process shares the cores. Has to be in the
        // native environment before the library loads; Environment.SetEnvironmentVariable does not reach it.
        if (OperatingSystem.IsLinux() && Environment.GetEnvironmentVariable("OMP_WAIT_POLICY") is null)
        {
            _ = SetEnv("OMP_WAIT_POLICY", "passive", 0);
        }
    }

    /// <summary>Sends what LightGBM prints on this thread to <paramref name="log"/> until the result is disposed.</summary>
    public static IDisposable RouteLog(Action<string> log)
    {
        _log = log;
        Require(RegisterLogCallback(&OnLog));
        return new LogRoute();
    }

    /// <summary>Turns a failed call into an exception with LightGBM's own words.</summary>
    public static void Require(int result)
    {
        if (result != 0)
        {
            throw new InvalidOperationException($"LightGBM: {Marshal.PtrToStringUTF8(GetLastError())}");
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnLog(byte* text)
    {
        // The text comes in pieces; line ends are pieces of their own. An exception must not cross the border.
        var line = Marshal.PtrToStringUTF8((nint)text)?.Trim();
        if (!string.IsNullOrEmpty(line) && line is not ("[LightGBM] [Warning]" or "[LightGBM] [Info]"))
        {
            _log?.Invoke(line);
        }
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnv(string name, string value, int overwrite);

    [LibraryImport(Library, EntryPoint = "LGBM_GetLastError")]
    private static partial nint GetLastError();

    [LibraryImport(Library, EntryPoint = "LGBM_RegisterLogCallback")]
    private static partial int RegisterLogCallback(delegate* unmanaged[Cdecl]<byte*, void> callback);

    [LibraryImport(Library, EntryPoint = "LGBM_DatasetCreateFromMat", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int DatasetCreateFromMat(void* data, int dataType, int rows, int columns, int isRowMajor, string parameters, nint reference, out nint dataset);

    [LibraryImport(Library, EntryPoint = "LGBM_DatasetSetField", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int DatasetSetField(nint dataset, string field, void* data, int count, int type);

    [LibraryImport(Library, EntryPoint = "LGBM_DatasetFree")]
    public static partial int DatasetFree(nint dataset);

    [LibraryImport(Library, EntryPoint = "LGBM_BoosterCreate", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int BoosterCreate(nint trainingSet, string parameters, out nint booster);

    [LibraryImport(Library, EntryPoint = "LGBM_BoosterFree")]
    public static partial int BoosterFree(nint booster);

    [LibraryImport(Library, EntryPoint = "LGBM_BoosterAddValidData")]
    public static partial int BoosterAddValidData(nint booster, nint validationSet);

    [LibraryImport(Library, EntryPoint = "LGBM_BoosterUpdateOneIter")]
    public static partial int BoosterUpdateOneIter(nint booster, out int isFinished);

    [LibraryImport(Library, EntryPoint = "LGBM_BoosterGetEval")]
    public static partial int BoosterGetEval(nint booster, int dataIndex, out int count, double* results);

    [LibraryImport(Library, EntryPoint = "LGBM_BoosterSaveModelToString")]
    public static partial int BoosterSaveModelToString(nint booster, int startIteration, int iterations, int importanceType, long bufferLength, out long length, byte* buffer);

    [LibraryImport(Library, EntryPoint = "LGBM_BoosterLoadModelFromString", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int BoosterLoadModelFromString(string text, out int iterations, out nint booster);

    [LibraryImport(Library, EntryPoint = "LGBM_BoosterGetNumClasses")]
    public static partial int BoosterGetNumClasses(nint booster, out int classes);

    [LibraryImport(Library, EntryPoint = "LGBM_BoosterPredictForMat", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int BoosterPredictForMat(
        nint booster, void* data, int dataType, int rows, int columns, int isRowMajor, int predictType, int startIteration, int iterations, string parameters, out long length, double* results);

    private sealed class LogRoute : IDisposable
    {
        public void Dispose() => _log = null;
    }
}
