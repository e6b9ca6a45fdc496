using Aurora.Scheduling.Feasibility;

namespace Aurora.Scheduling.Tests.Feasibility;

public sealed class GpuTypeNameTests
{
    [Theory]
    [InlineData("RTX 4090", "NVIDIA GeForce RTX 4090")]
    [InlineData("rtx 4090", "NVIDIA GeForce RTX 4090")]
    [InlineData("4090", "NVIDIA GeForce RTX 4090")]
    [InlineData("RTX4090", "NVIDIA GeForce RTX 4090")]
    [InlineData("RTX 4090", "RTX4090")]
    [InlineData("RTX4090Ti", "GeForce RTX 4090 Ti")]
    [InlineData("RTX 4090", "RTX 4090 Ti")]
    [InlineData("NVIDIA-A100", "NVIDIA A100-SXM4-40GB")]
    [InlineData("A100 40GB", "NVIDIA A100-SXM4-40GB")]
    [InlineData("Apple M2", "Apple M2 Ultra")]
    [InlineData("", "anything")]
    [InlineData(" - ", "anything")]
    public void A_wanted_type_matches_when_its_words_are_all_there(string wanted, string present) =>
        Assert.True(GpuTypeName.Matches(wanted, present));

    [Theory]
    [InlineData("A40", "NVIDIA RTX A4000")]
    [InlineData("A40", "NVIDIA A100-SXM4-40GB")]
    [InlineData("A4000", "NVIDIA A40")]
    [InlineData("RTX 4090 Ti", "NVIDIA GeForce RTX 4090")]
    [InlineData("RTX 4090", "NVIDIA GeForce RTX 4080")]
    [InlineData("L4", "NVIDIA L40S")]
    [InlineData("4090", "RTX 40 90")]
    [InlineData("T4", "T400")]
    [InlineData("RTX 4090", "")]
    public void A_wanted_type_does_not_match_when_a_word_is_missing(string wanted, string present) =>
        Assert.False(GpuTypeName.Matches(wanted, present));

    [Fact]
    public void A_long_wanted_type_with_many_ways_to_join_its_words_is_answered() =>
        Assert.False(GpuTypeName.Matches(string.Concat(Enumerable.Repeat("RTX 4090 ", 2000)) + "x", "RTX 4090"));
}
