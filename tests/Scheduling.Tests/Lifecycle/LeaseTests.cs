using Aurora.Scheduling.Lifecycle;
using static Aurora.Scheduling.Tests.Given;

namespace Aurora.Scheduling.Tests.Lifecycle;

public sealed class LeaseTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Theory]
    [InlineData(8, 0, true)]
    [InlineData(8, 59.9, true)]
    [InlineData(8, 60, false)]
    [InlineData(7, 0, false)]
    [InlineData(9, 0, false)]
    public void A_lease_is_held_by_its_token_until_it_expires(long token, double seconds, bool held) =>
        Assert.Equal(held, Lease.Grant(7, Start, Minute).IsHeld(token, Start.AddSeconds(seconds)));

    [Theory]
    [InlineData(30, 90)] // a sign of life moves the end
    [InlineData(-30, 60)] // it never comes nearer
    [InlineData(60, 60)] // what has expired stays so
    public void A_renewal_never_shortens_a_lease_and_never_revives_one(double seconds, double expiresAtSeconds)
    {
        var lease = Lease.Grant(7, Start, Minute).Renew(Start.AddSeconds(seconds), Minute);

        Assert.Equal(new Lease(8, Start.AddSeconds(expiresAtSeconds)), lease);
    }
}
