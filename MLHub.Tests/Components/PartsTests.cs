using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;
using Microsoft.Extensions.DependencyInjection;
using MLHub.Core.Common;
using MLHub.Core.Experiments;
using MLHub.Tests.Support;
using MLHub.Web.Components;
using MLHub.Web.Shell;
using MudBlazor;
using MudBlazor.Services;

namespace MLHub.Tests.Components;

public sealed class PartsTests : BunitContext
{
    public PartsTests()
    {
        Services.AddSingleton<TimeProvider>(FakeTime.Create());
        Services.AddMudServices();
        JSInterop.Mode = JSRuntimeMode.Loose;
    }

    public static TheoryData<string> RunStates => [.. Enum.GetNames<RunState>()];

    [Theory]
    [MemberData(nameof(RunStates))]
    public void Every_state_of_a_run_has_a_word_and_a_sign(string state)
    {
        var chip = Render<StateChip>(p => p.Add(c => c.State, state.ToLowerInvariant()));

        Assert.Equal(state, chip.Find("span span:last-child").TextContent);
        Assert.NotEmpty(chip.FindAll("svg, .pulse"));
    }

    [Fact]
    public void A_time_is_told_from_now_and_exactly_on_hover()
    {
        var part = Render<RelativeTime>(p => p.Add(t => t.At, FakeTime.Start.UtcDateTime.AddMinutes(-5)));

        Assert.Equal("5 min ago", part.Find("time").TextContent);
        Assert.Equal("2026-03-01 11:55:00 UTC", part.Find("time").GetAttribute("title"));
    }

    [Fact]
    public void A_failed_part_says_why_and_can_be_tried_again()
    {
        var tried = 0;
        var part = Render<FailedState>(p => p.Add(f => f.Message, "The disk is full.").Add(f => f.OnRetry, () => tried++));

        part.Find("button").Click();

        Assert.Equal(1, tried);
        Assert.Contains("The disk is full.", part.Find("[role=alert]").TextContent);
    }

    [Fact]
    public void The_last_breadcrumb_is_the_page_itself()
    {
        var crumbs = Render<Breadcrumbs>(p => p.Add(b => b.Items, [new("Ada", "/w/ada"), new("<b>iris</b>", null)]));

        Assert.Equal("/w/ada", crumbs.Find("a").GetAttribute("href"));
        Assert.Equal("<b>iris</b>", crumbs.Find("[aria-current=page]").TextContent);
    }

    [Fact]
    public void A_copied_text_is_confirmed()
    {
        var module = JSInterop.SetupModule("/js/hub.js");
        module.Setup<bool>("copy", "abc").SetResult(true);
        var button = Render<CopyButton>(p => p.Add(c => c.Text, "abc"));

        button.Find("button").Click();

        button.WaitForAssertion(() => Assert.Equal("Copied", button.Find("[role=status]").TextContent));
    }

    [Theory]
    [InlineData("Delete", true)]
    [InlineData("Keep", false)]
    public async Task Before_something_is_lost_the_user_is_asked_and_told_what_goes_with_it(string button, bool confirmed)
    {
        Render<MudPopoverProvider>();
        var dialogs = Render<MudDialogProvider>();
        Task<bool> answer = null!;

        await dialogs.InvokeAsync(() =>
        {
            answer = Dialogs.ConfirmAsync(Services.GetRequiredService<IDialogService>(), "Delete iris", "It goes to the trash.", "Delete", ["3 runs", "1.2 GB"]);
        });
        dialogs.WaitForElement(".consequences");
        Assert.Equal(["3 runs", "1.2 GB"], dialogs.FindAll(".consequences li").Select(l => l.TextContent));
        dialogs.FindAll("button").Single(b => b.TextContent.Trim() == button).Click();

        Assert.Equal(confirmed, await answer.WaitAsync(TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public void A_broken_part_leaves_the_rest_alive_and_shows_a_number_that_is_in_the_log()
    {
        var page = Render<HubErrorBoundary>(p => p.AddChildContent<Broken>());

        Assert.Contains("Something went wrong on this page", page.Find("[role=alert]").TextContent);
        Assert.DoesNotContain("secret", page.Markup);
        Assert.Equal(32, page.Find(".trace code").TextContent.Length);
    }

    [Fact]
    public void A_refusal_shows_its_own_words()
    {
        var page = Render<HubErrorBoundary>(p => p.AddChildContent<Broken>(b => b.Add(x => x.Refusal, "There is no such run.")));

        Assert.Contains("There is no such run.", page.Find("[role=alert]").TextContent);
        Assert.Empty(page.FindAll(".trace"));
    }

    private sealed class Broken : ComponentBase
    {
        [Parameter]
        public string? Refusal { get; set; }

        protected override void BuildRenderTree(RenderTreeBuilder builder) =>
            throw (Refusal is null ? new InvalidOperationException("secret") : HubException.Conflict(Refusal));
    }
}
