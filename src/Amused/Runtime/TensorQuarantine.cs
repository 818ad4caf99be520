using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Amused.Runtime;

/// <summary>
/// Keeps tensors that the garbage collector found until libtorch has surely done with them.
/// </summary>
/// <remarks>
/// <para>
/// TorchSharp passes a tensor's bare address to libtorch, and from then on nothing may refer to the managed object any more: in <c>(x + 2).square()</c> outside of a dispose scope the sum is
/// garbage while libtorch squares it. A collection at that moment, which any other thread can cause, has its finalizer free the memory that is being read: wrong numbers (69 of 4,605 such sums
/// beside a thread that collects), or a crash where the memory went back to the system (TorchSharp 0.107.0).
/// </para>
/// <para>
/// What the finalizer's thread frees therefore stays for <see cref="Stay"/>, until it frees something again; what a program disposes of, itself or by a scope, goes at once. This library works in
/// scopes; it is for programs that use TorchSharp beside it. Where there is no <see cref="NativeDetour"/>, all is as TorchSharp has it.
/// </para>
/// </remarks>
internal static unsafe class TensorQuarantine
{
    /// <summary>How long: more than one operation takes.</summary>
    public static readonly TimeSpan Stay = TimeSpan.FromSeconds(5);

    // Of the finalizer's thread alone.
    private static readonly Queue<(nint Tensor, long Since)> kept = new();

    [ThreadStatic]
    private static bool isFinalizer;

    private static delegate* unmanaged<nint, int> delete;

    /// <summary>Whether it works.</summary>
    public static bool IsInstalled { get; private set; }

    /// <summary>How many tensors are kept.</summary>
    public static int Count => kept.Count;

    /// <summary>Starts it, before there is a tensor.</summary>
    /// <param name="torchSharp">TorchSharp's native half.</param>
    /// <param name="torchCpu">libtorch, whose C interface frees a tensor as TorchSharp does.</param>
    public static void Install(nint torchSharp, nint torchCpu)
    {
        if (!NativeLibrary.TryGetExport(torchCpu, "aoti_torch_delete_tensor_object", out var own))
            return;
        delete = (delegate* unmanaged<nint, int>)own;
        MarkFinalizerThread();
        IsInstalled = NativeDetour.Place(torchSharp, "THSTensor_dispose", (nint)(delegate* unmanaged<nint, void>)&Free);
    }

    private static void MarkFinalizerThread()
    {
        LeaveMark();
        GC.Collect(0);
        GC.WaitForPendingFinalizers();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void LeaveMark() => _ = new Mark();

    [UnmanagedCallersOnly]
    private static void Free(nint tensor)
    {
        if (tensor == 0)
            return;
        if (!isFinalizer)
        {
            _ = delete(tensor);
            return;
        }
        kept.Enqueue((tensor, Environment.TickCount64));
        while (kept.TryPeek(out var oldest) && Environment.TickCount64 - oldest.Since > Stay.TotalMilliseconds)
            _ = delete(kept.Dequeue().Tensor);
    }

    private sealed class Mark
    {
        ~Mark() => isFinalizer = true;
    }
}
