using MLHub.Tests.Datasets;

namespace MLHub.Tests.DatasetPages;

/// <summary>A page about datasets whose rows are really there: over the database and the files of a bench.</summary>
public abstract class BenchScene : PageScene, IAsyncLifetime
{
    internal DatasetBench Bench { get; private set; } = null!;

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Bench = await DatasetBench.CreateAsync();
        Serve(Bench.DataPath);
    }

    async ValueTask IAsyncDisposable.DisposeAsync()
    {
        await DisposeComponentsAsync();
        await base.DisposeAsync();
        await Bench.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}
