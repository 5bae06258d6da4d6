using Engine.Metal;
using Xunit;

namespace Engine.Tests.Project;

public class MetalTests
{
    [Fact]
    public void Metal_says_why_it_is_not_there()
    {
        Assert.False(MetalDevice.IsAvailable);
        Assert.EndsWith("arrays run on the CPU.", MetalDevice.Reason, StringComparison.Ordinal);
    }
}
