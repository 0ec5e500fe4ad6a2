using Gantry.Protocol.Acr;
using Gantry.Server.Access;
using Gantry.Server.Metadata;

namespace Gantry.Server.Tests.Metadata;

public sealed class LockRulesTests
{
    private static readonly ChangeableAttributes Free = ChangeableAttributes.Unlocked;
    private static readonly ChangeableAttributes NoWrite = new() { WriteEnabled = false };
    private static readonly ChangeableAttributes NoDelete = new() { DeleteEnabled = false };
    private static readonly ChangeableAttributes Hidden = new() { ReadEnabled = false, ListEnabled = false };

    [Fact]
    public void A_write_lock_forbids_writing_and_deleting()
    {
        Assert.False(LockRules.MayWrite(NoWrite));
        Assert.False(LockRules.MayWrite(NoWrite, Free));
        Assert.False(LockRules.MayWrite(Free, NoWrite));
        Assert.False(LockRules.MayDelete(NoWrite));
        Assert.False(LockRules.MayDelete(NoWrite, Free));
        Assert.False(LockRules.MayDelete(Free, NoWrite));
    }

    [Fact]
    public void A_delete_lock_on_an_entry_forbids_deleting_it_alone()
    {
        Assert.True(LockRules.MayWrite(Free, NoDelete));
        Assert.False(LockRules.MayDelete(Free, NoDelete));
    }

    [Fact]
    public void A_delete_lock_on_a_repository_protects_it_as_a_whole_alone()
    {
        Assert.False(LockRules.MayDelete(NoDelete));
        Assert.True(LockRules.MayDelete(NoDelete, Free));
        Assert.True(LockRules.MayWrite(NoDelete));
    }

    [Fact]
    public void Read_and_list_locks_forbid_neither()
    {
        Assert.True(LockRules.MayWrite(Hidden, Hidden));
        Assert.True(LockRules.MayDelete(Hidden, Hidden));
        Assert.True(LockRules.MayDelete(Hidden));
    }

    [Fact]
    public void The_store_knows_an_owner_by_the_name_of_the_role() => Assert.Equal(RoleAssignmentRecord.OwnerRole, Role.Owner.Name);
}
