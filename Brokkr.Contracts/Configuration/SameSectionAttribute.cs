namespace Brokkr.Contracts.Configuration;

/// <summary>
/// Marks a part of an options class whose keys stand in the section itself: each feature has its own options, the section stays one.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SameSectionAttribute : Attribute;
