using System.Diagnostics.CodeAnalysis;

namespace Brokkr.Contracts.Configuration;

/// <summary>
/// Settings that are read from one section. The attribute keeps the properties, which are found by their names, in a trimmed program.
/// </summary>
[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)]
public abstract class OptionsSection;
