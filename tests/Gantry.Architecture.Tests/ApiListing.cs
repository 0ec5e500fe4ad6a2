using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;

namespace Gantry.Architecture.Tests;

/// <summary>Writes what an assembly offers, a line for each type and member, in an order that only a change of the API changes.</summary>
internal static class ApiListing
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    public static string Of(Assembly assembly)
    {
        var text = new StringBuilder();
        foreach (var type in assembly.GetExportedTypes().Where(type => !IsGenerated(type)).OrderBy(type => type.FullName, StringComparer.Ordinal))
        {
            text.Append(Declaration(type)).Append('\n');
            foreach (var member in type.GetMembers(Declared).Where(IsOffered).Select(Line).Distinct().Order(StringComparer.Ordinal))
                text.Append("    ").Append(member).Append('\n');
        }
        return text.ToString();
    }

    private static string Declaration(Type type)
    {
        var kind = type.IsEnum ? "enum" : type.IsInterface ? "interface" : type.IsValueType ? "struct"
            : typeof(Delegate).IsAssignableFrom(type) ? "delegate"
            : type is { IsAbstract: true, IsSealed: true } ? "static class" : type.IsAbstract ? "abstract class" : type.IsSealed ? "sealed class" : "class";
        IEnumerable<Type> parents = type.IsEnum ? [] : [.. type.BaseType is { } up && up != typeof(object) && up != typeof(ValueType) ? [up] : Type.EmptyTypes, .. OwnInterfaces(type)];
        var list = string.Join(", ", parents.Select(Name).Order(StringComparer.Ordinal));
        return $"{kind} {type.Namespace}.{Name(type)}{(list.Length > 0 ? " : " + list : "")}";
    }

    private static IEnumerable<Type> OwnInterfaces(Type type) =>
        type.GetInterfaces().Where(face => face.IsPublic && face.Namespace?.StartsWith("Gantry", StringComparison.Ordinal) == true);

    private static bool IsOffered(MemberInfo member) => !IsGenerated(member) && member switch
    {
        MethodBase { IsSpecialName: true } method => (method.IsConstructor || method.Name.StartsWith("op_", StringComparison.Ordinal)) && IsVisible(method),
        MethodBase method => IsVisible(method) && !method.Name.Contains('<', StringComparison.Ordinal),
        FieldInfo field => field is { IsSpecialName: false } && (field.IsPublic || field.IsFamily),
        PropertyInfo property => (property.GetMethod ?? property.SetMethod) is { } accessor && IsVisible(accessor),
        EventInfo => true,
        _ => false,
    };

    private static bool IsVisible(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    private static string Line(MemberInfo member) => member switch
    {
        ConstructorInfo constructor => $"new({Parameters(constructor)})",
        MethodInfo method => $"{(method.IsStatic ? "static " : "")}{Name(method.ReturnType)} {method.Name}{Generic(method.GetGenericArguments())}({Parameters(method)})",
        FieldInfo { IsLiteral: true } constant => $"const {Name(constant.FieldType)} {constant.Name} = {constant.GetRawConstantValue()}",
        FieldInfo field => $"{(field.IsStatic ? "static " : "")}{Name(field.FieldType)} {field.Name}",
        PropertyInfo property => $"{((property.GetMethod ?? property.SetMethod)!.IsStatic ? "static " : "")}{(property.IsDefined(typeof(RequiredMemberAttribute)) ? "required " : "")}"
            + $"{Name(property.PropertyType)} {property.Name} {{ {Accessors(property)}}}",
        EventInfo notice => $"event {Name(notice.EventHandlerType!)} {notice.Name}",
        _ => member.Name,
    };

    private static string Accessors(PropertyInfo property)
    {
        var set = property.SetMethod is { IsPublic: true } method
            ? method.ReturnParameter.GetRequiredCustomModifiers().Any(modifier => modifier.Name == "IsExternalInit") ? "init; " : "set; "
            : "";
        return (property.GetMethod is { } get && IsVisible(get) ? "get; " : "") + set;
    }

    private static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(parameter =>
        $"{(parameter.IsOut ? "out " : parameter.ParameterType.IsByRef ? "ref " : "")}{Name(parameter.ParameterType)} {parameter.Name}{(parameter.HasDefaultValue ? " = " + (parameter.RawDefaultValue ?? "default") : "")}"));

    private static string Name(Type type)
    {
        if (type.IsByRef)
            return Name(type.GetElementType()!);
        if (type.IsArray)
            return Name(type.GetElementType()!) + "[]";
        if (Nullable.GetUnderlyingType(type) is { } inner)
            return Name(inner) + "?";
        var own = type.Name.Split('`')[0];
        if (type is { IsNested: true, IsGenericParameter: false })
            own = Name(type.DeclaringType!) + "." + own;
        return own + Generic(type.GetGenericArguments());
    }

    private static string Generic(Type[] arguments) => arguments.Length == 0 ? "" : $"<{string.Join(", ", arguments.Select(Name))}>";

    private static bool IsGenerated(MemberInfo member) =>
        member.IsDefined(typeof(CompilerGeneratedAttribute)) || member.IsDefined(typeof(System.CodeDom.Compiler.GeneratedCodeAttribute))
        || member.Name.Contains('<', StringComparison.Ordinal) || (member.DeclaringType is { } outer && IsGenerated(outer));
}
