using Aurora.GatewayApi.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Aurora.GatewayApi.Tests.Http;

public sealed class ConnectionPatienceTests
{
    [Fact]
    public async Task It_waits_a_minute_and_no_longer()
    {
        var time = new FakeTimeProvider();
        var patience = new ConnectionPatience(time, NullLogger<ConnectionPatience>.Instance);
        var tries = 0;
        while (true)
        {
            var again = patience.ShouldRetryConnectionAttempt(new IOException("not there"), CancellationToken.None);
            time.Advance(TimeSpan.FromSeconds(1));
            if (!await again)
            {
                break;
            }

            tries++;
        }

        Assert.Equal(61, tries);
    }
}
