namespace Brokkr.Tests.Processes;

/// <summary>Waits for what takes a moment.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    public static async Task IsAsync(string what, Func<Task<bool>> isSo)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (!await isSo())
        {
            TimeProvider.System.GetElapsedTime(began).Should().BeLessThan(Patience, what);
            await Task.Delay(50);
        }
    }
}
