using Microsoft.AspNetCore.Components;
using MLHub.Core.Experiments;
using MLHub.Core.Jobs;
using MLHub.Core.Training;

namespace MLHub.Web.Experiments;

public sealed partial class RunEnd : ComponentBase
{
    [Parameter, EditorRequired]
    public RunView Run { get; set; } = null!;

    [Parameter]
    public AlgorithmDescriptor? Algorithm { get; set; }

    [Parameter]
    public IReadOnlyList<JobLogLine> Lines { get; set; } = [];

    private string Advice => Run.ErrorCode switch
    {
        "OUT_OF_MEMORY" or "TOO_LARGE_FOR_MEMORY" => "Train on fewer columns or rows, or choose an algorithm that needs less memory; the linear ones need least.",
        "TIME_LIMIT" or "OUT_OF_TIME" => "Set a time budget on the training page: at its end the best model so far is kept. Fewer iterations help, too.",
        "WORKER_LOST" => "The server or its worker stopped again and again while it trained. Run it again; if it comes back, ask whoever runs the server.",
        "JOB_CRASHED" => "The training program itself broke down. Try another algorithm, or run it again.",
        _ => "Change what the message names, then train again; all settings are kept.",
    };
}
