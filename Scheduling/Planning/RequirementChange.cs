namespace Aurora.Scheduling.Planning;

/// <summary>One change of a waiting task's requirements with which it would start now.</summary>
/// <param name="Field">A member of <c>requirements</c>.</param>
/// <param name="Message">A sentence with the numbers.</param>
public sealed record RequirementChange(string Field, string Message);
