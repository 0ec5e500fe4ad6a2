using Gantry.Server.Access.Ldap;

namespace Gantry.Server.Tests.Access.Ldap;

public sealed class LdapNameTests
{
    [Theory]
    [InlineData("ada")]
    [InlineData("Ada Lovelace")]
    [InlineData("DOMAIN\\ada")]
    [InlineData("ada@example.org")]
    [InlineData("*)(uid=*")]
    [InlineData("Žofie")]
    [InlineData("Ольга")]
    [InlineData("明")]
    public void Names_that_people_have_are_asked_for(string name) => Assert.True(LdapName.IsPlain(name));

    [Theory]
    [InlineData("")]
    [InlineData(" ada")]
    [InlineData("ada ")]
    [InlineData("ada  lovelace")]
    [InlineData("a\u00adda")]
    [InlineData("a\u200bda")]
    [InlineData("ada\0")]
    [InlineData("ada\u00a0")]
    [InlineData("\uff41da")]
    [InlineData("ad\u1d43")]
    [InlineData("ad\u2090")]
    [InlineData("\ud835\udc1ada")]
    public void Other_forms_of_a_name_have_no_failures_of_their_own_to_spend(string name) => Assert.False(LdapName.IsPlain(name));
}
