using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Components;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using MLHub.Tests.Support;

namespace MLHub.Tests.Architecture;

/// <summary>What a reader may rely on.</summary>
public sealed partial class ConventionTests
{
    [Fact]
    public void Concrete_classes_are_sealed() =>
        Assert.Empty(Assemblies.Written(Assemblies.Core, Assemblies.Training, Assemblies.Web)
            .Where(t => t is { IsClass: true, IsAbstract: false, IsSealed: false } && !IsMadeByRazor(t) && !IsBase(t))
            .Select(t => t.FullName));

    [Fact]
    public void Asynchronous_methods_of_services_end_with_a_cancellation_token()
    {
        var methods = Assemblies.Written(Assemblies.Core).Where(t => t.IsClass && t.Name.EndsWith("Service", StringComparison.Ordinal))
            .SelectMany(t => t.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly))
            .Where(m => typeof(Task).IsAssignableFrom(m.ReturnType) || m.ReturnType.Name.StartsWith("ValueTask", StringComparison.Ordinal))
            .Where(m => m.Name is not "DisposeAsync" and not "StartAsync" and not "StopAsync").ToList();

        Assert.NotEmpty(methods);
        Assert.Empty(methods.Where(m => m.GetParameters().LastOrDefault() is not { ParameterType: var last, HasDefaultValue: false } || last != typeof(CancellationToken))
            .Select(m => $"{m.DeclaringType!.Name}.{m.Name}"));
    }

    [Fact]
    public async Task Every_entity_of_ours_has_a_configuration_beside_it()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var db = await database.Contexts.CreateDbContextAsync();
        var entities = db.Model.GetEntityTypes().Where(e => !e.IsOwned()).Select(e => e.ClrType).Where(t => t.Namespace?.StartsWith("MLHub", StringComparison.Ordinal) == true).ToList();
        var configured = Assemblies.Core.GetTypes()
            .SelectMany(t => t.GetInterfaces().Where(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IEntityTypeConfiguration<>)).Select(i => (t.Namespace, Entity: i.GetGenericArguments()[0])))
            .ToHashSet();

        Assert.NotEmpty(entities);
        Assert.Empty(entities.Where(e => !configured.Contains((e.Namespace, e))).Select(e => e.Name));
    }

    [Fact]
    public void Markup_files_hold_no_logic()
    {
        var files = Razor();

        Assert.NotEmpty(files);
        Assert.Empty(files.Where(f => CodeOf(f) is { } code && (code.Split('\n').Length > 17 || code.Contains("await", StringComparison.Ordinal))).Select(Short));
    }

    [Fact]
    public void A_component_has_a_route_exactly_when_its_name_ends_in_Page() =>
        Assert.Empty(Razor().Where(f => File.ReadLines(f).Any(l => l.StartsWith("@page", StringComparison.Ordinal)) != Path.GetFileNameWithoutExtension(f).EndsWith("Page", StringComparison.Ordinal)
            && Path.GetFileNameWithoutExtension(f) is not "HubPage" and not "LivePage").Select(Short));

    [Fact]
    public void Every_options_class_is_checked_when_the_server_starts()
    {
        var builder = Microsoft.AspNetCore.Builder.WebApplication.CreateEmptyBuilder(new());
        Web.HubSetup.AddHub(builder);
        var checks = builder.Services.Where(s => s.ServiceType.IsGenericType && s.ServiceType.GetGenericTypeDefinition() == typeof(IValidateOptions<>)).Select(s => s.ServiceType.GetGenericArguments()[0]).ToHashSet();
        var options = Options().ToList();

        Assert.NotEmpty(options);
        Assert.Empty(options.Where(o => !checks.Contains(o)).Select(o => o.Name));
    }

    [Fact]
    public void Every_setting_in_the_file_is_a_property_of_an_options_class()
    {
        using var file = JsonDocument.Parse(File.ReadAllText(Path.Combine(Repository.Root, "appsettings.json")), new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
        var ours = file.RootElement.TryGetProperty("MLHub", out var hub) ? Leaves("MLHub", hub) : [];

        Assert.DoesNotContain(ours, path => !Options().Any(o => Binds(o, path)));
    }

    private static IEnumerable<Type> Options() =>
        Assemblies.Written(Assemblies.Core, Assemblies.Training, Assemblies.Web).Where(t => t.IsClass && t.GetField("Section", BindingFlags.Public | BindingFlags.Static) is { IsLiteral: true });

    private static bool Binds(Type options, string path)
    {
        var section = (string)options.GetField("Section")!.GetRawConstantValue()! + ":";
        if (!path.StartsWith(section, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        Type? at = options;
        foreach (var step in path[section.Length..].Split(':'))
        {
            at = at?.GetProperty(step, BindingFlags.Public | BindingFlags.Instance | BindingFlags.IgnoreCase)?.PropertyType;
        }

        return at is not null;
    }

    private static IEnumerable<string> Leaves(string path, JsonElement element) => element.ValueKind == JsonValueKind.Object
        ? element.EnumerateObject().SelectMany(m => Leaves($"{path}:{m.Name}", m.Value))
        : [path];

    private static List<string> Razor() =>
        [.. Directory.EnumerateFiles(Path.Combine(Repository.Root, "MLHub.Web"), "*.razor", SearchOption.AllDirectories).Where(f => !f.Contains("/obj/", StringComparison.Ordinal) && !f.Contains("/bin/", StringComparison.Ordinal))];

    private static string Short(string path) => Path.GetRelativePath(Repository.Root, path);

    private static string? CodeOf(string path) => Code().Match(File.ReadAllText(path)) is { Success: true } match ? match.Value : null;

    // Written in markup alone, without a code-behind, a component cannot say that it is sealed.
    private static bool IsMadeByRazor(Type type) => typeof(ComponentBase).IsAssignableFrom(type) || type.Name == "_Imports";

    private static bool IsBase(Type type) => Assemblies.Written(Assemblies.Core, Assemblies.Training, Assemblies.Web).Any(t => t.BaseType == type || t.BaseType is { IsGenericType: true } g && g.GetGenericTypeDefinition() == type)
        || type.IsDefined(typeof(CompilerGeneratedAttribute), false);

    [GeneratedRegex(@"@code\s*\{.*", RegexOptions.Singleline)]
    private static partial Regex Code();
}
