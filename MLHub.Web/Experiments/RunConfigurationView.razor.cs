using Microsoft.AspNetCore.Components;
using MLHub.Core.Experiments;
using MLHub.Core.Training;

namespace MLHub.Web.Experiments;

public sealed partial class RunConfigurationView : ComponentBase
{
    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    [Parameter, EditorRequired]
    public RunView Run { get; set; } = null!;

    /// <summary><c>null</c> when this server no longer knows it.</summary>
    [Parameter]
    public AlgorithmDescriptor? Algorithm { get; set; }

    private string Json => TrainSnippets.Body(Run);

    private string Curl => TrainSnippets.Curl(Run, Navigation.BaseUri);

    /// <summary>What was used, defaults included; before the end only what was asked for is known for sure.</summary>
    private List<ParameterRow> Parameters
    {
        get
        {
            var used = Run.Result?.Parameters ?? Run.Training.Configuration.Parameters;
            if (Algorithm is null)
            {
                return [.. used.Select(p => new ParameterRow(p.Key, ParameterText.Of(p.Value), "", false, null))];
            }

            return
            [
                .. Algorithm.ParametersFor(Run.Training.Configuration.Task).Select(p =>
                {
                    var value = used.TryGetValue(p.Name, out var given) ? given : p.Default;
                    return new ParameterRow(p.Name, ParameterText.Of(value), ParameterText.Of(p.Default), ParameterText.Of(value) != ParameterText.Of(p.Default), p.Help);
                }).OrderByDescending(r => r.IsChanged),
            ];
        }
    }

    private static string Early(EarlyStop reason) => reason switch
    {
        EarlyStop.NoImprovement => "the validation loss had stopped falling; the best model was kept",
        EarlyStop.OutOfTime => "the time budget was used up; the model so far was kept",
        _ => "somebody asked to finish; the model so far was kept",
    };

    private sealed record ParameterRow(string Name, string Value, string Default, bool IsChanged, string? Help);
}
