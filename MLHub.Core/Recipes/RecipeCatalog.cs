using MLHub.Core.Common;
using MLHub.Core.Recipes.Steps;

namespace MLHub.Core.Recipes;

/// <summary>All steps there are, in the order in which they are offered.</summary>
public static class RecipeCatalog
{
    public const int MaxSteps = 100;

    /// <summary>Of a table, as in imports.</summary>
    public const int MaxColumns = 4096;

    private static readonly Dictionary<string, IRecipeStep> _steps = All().ToDictionary(s => s.Descriptor.Name);

    public static IReadOnlyCollection<IRecipeStep> Steps => _steps.Values;

    public static IReadOnlyList<RecipeStepDescriptor> Descriptors { get; } = [.. _steps.Values.Select(s => s.Descriptor)];

    /// <exception cref="StepException"><c>UNKNOWN_STEP</c>.</exception>
    public static IRecipeStep Require(string name) =>
        _steps.GetValueOrDefault(name) ?? throw new StepException("UNKNOWN_STEP", null, $"There is no step \"{(name.Length > 60 ? name[..60] + "…" : name)}\". The catalog of steps lists those that there are.");

    public static RecipeStepDescriptor? Find(string name) => _steps.GetValueOrDefault(name)?.Descriptor;

    /// <summary>The step in words, with names between asterisks; whatever it says, even half written.</summary>
    public static string Sentence(RecipeStep step) =>
        _steps.TryGetValue(step.Step, out var known) ? known.Sentence(new StepWords(known.Descriptor, step)) : $"Unknown step {step.Step}";

    public static string Title(RecipeStep step) => Find(step.Step)?.Title ?? step.Step;

    private static IEnumerable<IRecipeStep> All() =>
    [
        new FilterRowsStep(),
        new DropMissingStep(),
        new DropDuplicatesStep(),
        new SortStep(),
        new SampleRowsStep(),
        new DropColumnsStep(),
        new KeepColumnsStep(),
        new RenameColumnsStep(),
        new ReorderColumnsStep(),
        new CastStep(),
        new DeriveColumnStep(),
        new FillMissingStep(),
        new MapValuesStep(),
        new ClipOutliersStep(),
        new BinStep(),
        new RoundStep(),
        new TrimStep(),
        new ChangeCaseStep(),
        new NormaliseTextStep(),
        new ReplaceStep(),
        new SplitColumnStep(),
        new ConcatColumnsStep(),
        new ExtractTextStep(),
        new DatePartsStep(),
        new DateDifferenceStep(),
        new OneHotStep(),
        new OrdinalStep(),
        new GroupRareStep(),
        new StandardiseStep(),
        new MinMaxStep(),
        new RobustScaleStep(),
        new LogStep(),
        new PowerStep(),
        new SqlStep(),
    ];
}
