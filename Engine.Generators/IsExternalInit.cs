namespace System.Runtime.CompilerServices;

/// <summary>What records need where the framework lacks it.</summary>
internal static class IsExternalInit;
