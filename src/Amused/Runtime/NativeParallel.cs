using System.Runtime.InteropServices;

namespace Amused.Runtime;

/// <summary>Rows of work that need nothing of each other.</summary>
internal interface IRowWork
{
    /// <summary>
    /// Does the rows from <paramref name="from"/> to before <paramref name="to"/>. Must not throw: it runs on native threads.
    /// </summary>
    void Run(int from, int to);
}

/// <summary>
/// Spreads C# kernels over libtorch's own threads. .NET's pool beside them would have twice as many threads as cores, each waiting for the
/// other's: libtorch's sleep a moment after each operator.
/// </summary>
internal static unsafe class NativeParallel
{
    /// <summary>Numbers below which another thread costs more than it saves.</summary>
    private const int LeastNumbers = 1 << 14;

    /// <summary>Does all rows; in place, on this thread, where libtorch has no such loop.</summary>
    /// <param name="rows">How many rows.</param>
    /// <param name="width">Numbers in each.</param>
    /// <param name="work">The work, copied for nobody: it is on the stack while this runs.</param>
    public static void ForRows<TWork>(int rows, int width, TWork work) where TWork : unmanaged, IRowWork
    {
        if (!StableInterface.HasParallelFor || (long)rows * width <= LeastNumbers)
        {
            work.Run(0, rows);
            return;
        }
        Context context = new() { Body = &Body<TWork>, Work = &work };
        StableInterface.ParallelFor(rows, Math.Max(1, LeastNumbers / Math.Max(width, 1)), &Enter, &context);
    }

    private static void Body<TWork>(void* work, int from, int to) where TWork : unmanaged, IRowWork => ((TWork*)work)->Run(from, to);

    [UnmanagedCallersOnly]
    private static void Enter(long from, long to, void* context) =>
        ((Context*)context)->Body(((Context*)context)->Work, (int)from, (int)to);

    // A function that native code calls can't be generic, so it finds the generic one here.
    private struct Context
    {
        public delegate*<void*, int, int, void> Body;
        public void* Work;
    }
}
