using MLHub.Web.Home;

namespace MLHub.Tests.Home;

public sealed class ActivityWordsTests
{
    [Fact]
    public void Every_action_that_is_told_has_words() => Assert.Empty(ActivityWords.Missing);

    [Theory]
    [InlineData("dataset.create", 1, "added the dataset")]
    [InlineData("dataset.create", 3, "added 3 datasets, the last one")]
    [InlineData("model.alias", 1, "pointed")]
    public void A_deed_is_a_sentence(string action, int count, string words) =>
        Assert.Equal(words, ActivityWords.Deed(new(Guid.NewGuid(), "Edda", action, count, null, null, default)));

    [Fact]
    public void What_was_deleted_has_no_link()
    {
        Assert.Null(ActivityWords.Href(new(Guid.NewGuid(), "Edda", "run.delete", 1, Guid.NewGuid(), null, default)));
        Assert.StartsWith("/runs/", ActivityWords.Href(new(Guid.NewGuid(), "Edda", "run.start", 1, Guid.NewGuid(), null, default)), StringComparison.Ordinal);
    }
}
