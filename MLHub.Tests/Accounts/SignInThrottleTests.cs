using Microsoft.Extensions.Options;
using MLHub.Core.Accounts;
using MLHub.Core.Common;
using MLHub.Tests.Support;

namespace MLHub.Tests.Accounts;

public sealed class SignInThrottleTests
{
    private readonly SignInThrottle _throttle = new(Options.Create(new AccountOptions()), FakeTime.Create());

    /// <summary>Whoever has one IPv6 address has 2⁶⁴ of them.</summary>
    [Fact]
    public void Guesses_from_all_addresses_of_one_subscriber_are_counted_together()
    {
        for (var guess = 0; guess < new AccountOptions().AddressFailures; guess++)
        {
            _throttle.Failed($"person-{guess}@example.org", $"2001:db8:1:2:{guess:x}::1");
        }

        Assert.Equal("TOO_MANY_SIGN_INS", Assert.Throws<HubException>(() => _throttle.Demand("another@example.org", "2001:db8:1:2:ffff::9")).Code);
        _throttle.Demand("another@example.org", "2001:db8:1:3::1");
    }

    [Theory]
    [InlineData("192.0.2.7", "::ffff:192.0.2.7", true)]
    [InlineData("192.0.2.7", "192.0.2.8", false)]
    [InlineData("2001:db8::1", "2001:db8:0:0:ffff::1", true)]
    [InlineData("2001:db8:0:1::1", "2001:db8:0:2::1", false)]
    public void Addresses_of_one_subscriber_are_one(string one, string other, bool isOne) => Assert.Equal(isOne, NetworkAddress.GroupOf(one) == NetworkAddress.GroupOf(other));
}
