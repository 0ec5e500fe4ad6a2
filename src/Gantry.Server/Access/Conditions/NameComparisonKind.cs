namespace Gantry.Server.Access.Conditions;

internal enum NameComparisonKind
{
    Equal,
    Start,
    Like,
}
