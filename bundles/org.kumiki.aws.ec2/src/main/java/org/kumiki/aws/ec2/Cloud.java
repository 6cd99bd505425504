package org.kumiki.aws.ec2;

import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Predicate;

import org.kumiki.api.command.Command;
import org.kumiki.api.datacenter.Caller;
import org.kumiki.api.datacenter.Datacenter;
import org.kumiki.api.datacenter.Inventory;
import org.kumiki.api.datacenter.Region;
import org.kumiki.api.datacenter.Table;
import org.kumiki.api.identity.AccessKey;
import org.kumiki.api.identity.Identity;
import org.kumiki.api.model.AccountId;
import org.kumiki.aws.Call;
import org.kumiki.aws.wire.AwsException;
import org.kumiki.aws.wire.Structure;

/** The datacenter as one client of EC2 sees it. */
final class Cloud {

    private final Datacenter datacenter;
    private final Identity identity;
    private volatile Sight sight;

    Cloud(Datacenter datacenter, Identity identity) {
        this.datacenter = datacenter;
        this.identity = identity;
    }

    /** Whoever signed the call. EC2 knows no operators: even the first account sees its own things only. */
    Caller caller(Call call) {
        return new Caller(account(call), false, "ec2 " + call.credential().accessKeyId());
    }

    AccountId account(Call call) {
        return identity.accessKey(call.credential().accessKeyId()).filter(AccessKey::active)
                .orElseThrow(() -> new AwsException(401, "AuthFailure", "The access key was deleted meanwhile"))
                .account().id();
    }

    /** Hosts are the operator's, whose account is the first one. */
    boolean ownsHosts(Call call) {
        return account(call).equals(identity.root().id());
    }

    Datacenter datacenter() {
        return datacenter;
    }

    Inventory inventory() {
        return datacenter.inventory();
    }

    /** The same for all calls until the datacenter changes. */
    Sight sight(Inventory now) {
        Sight known = sight;
        if (known == null || !known.isOf(now)) {
            known = new Sight(now, region());
            sight = known;
        }
        return known;
    }

    Region region() {
        return datacenter.region();
    }

    /** What belongs to the caller, in the order of the inventory. */
    <T> List<T> mine(Call call, Table<?, T> table, Function<T, AccountId> owner) {
        AccountId account = account(call);
        return table.stream().filter(thing -> owner.apply(thing).equals(account)).toList();
    }

    /** What belongs to the caller and passes a filter, found while it is walked through. */
    <T> Iterable<T> mineAmong(Call call, Table<?, T> table, Function<T, AccountId> owner, Predicate<T> filter) {
        AccountId account = account(call);
        return () -> table.stream().filter(thing -> owner.apply(thing).equals(account) && filter.test(thing)).iterator();
    }

    /**
     * What belongs to the caller, and among that what he names.
     *
     * @param wanted identifiers as the client wrote them; none at all for all things
     * @throws AwsException Malformed, or NotFound for the first that is not his
     */
    <I, T> List<T> mine(Call call, Table<I, T> table, Function<T, AccountId> owner, Kinds<I> kind, List<String> wanted) {
        AccountId account = account(call);
        return select(table, thing -> owner.apply(thing).equals(account), kind, wanted);
    }

    /** As {@link #mine}, of things that others may see, too. */
    static <I, T> List<T> select(Table<I, T> table, Predicate<T> visible, Kinds<I> kind, List<String> wanted) {
        if (wanted.isEmpty()) {
            return table.stream().filter(visible).toList();
        }
        return wanted.stream().distinct().map(kind::id)
                .map(id -> table.find(id).filter(visible).orElseThrow(() -> kind.missing(id)))
                .toList();
    }

    /** Asks for a change, and answers when it is durable. */
    <R> CompletionStage<Structure.Builder> submit(Call call, Command<R> command, Function<R, Structure.Builder> answer) {
        return datacenter.submit(caller(call), command).thenApply(answer);
    }

    String arn(Call call, String resource) {
        return "arn:aws:ec2:" + region().name() + ":" + account(call) + ":" + resource;
    }
}
