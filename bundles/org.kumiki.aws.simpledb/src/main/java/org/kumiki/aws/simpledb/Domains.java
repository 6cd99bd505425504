package org.kumiki.aws.simpledb;

import org.kumiki.api.model.AccountId;
import org.kumiki.api.table.DomainId;
import org.kumiki.api.table.DomainSize;
import org.kumiki.api.table.Position;
import org.kumiki.api.text.Utf8;
import org.kumiki.aws.Actions;
import org.kumiki.aws.Call;
import org.kumiki.aws.wire.AwsException;
import org.kumiki.aws.wire.Structure;

import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Domains: to make, to delete, to list and to measure them. */
final class Domains {

    private static final String LISTING = "ListDomains";

    private final Tables tables;
    private final Clock clock;
    private final Object creating = new Object();

    Domains(Tables tables, Clock clock) {
        this.tables = tables;
        this.clock = clock;
    }

    void offer(Actions actions) {
        actions.command("CreateDomain", this::create)
                .command("DeleteDomain", this::delete)
                .query(LISTING, this::list)
                .query("DomainMetadata", this::measure);
    }

    private CompletionStage<Structure.Builder> create(Call call) {
        DomainId domain = tables.domain(call);
        synchronized (creating) { // the limit is one for all who create
            if (!tables.has(domain) && tables.names(call).size() >= Bounds.MOST_DOMAINS) {
                throw Refusals.domains();
            }
            tables.store().create(domain);
        }
        return CompletableFuture.completedStage(call.output());
    }

    private CompletionStage<Structure.Builder> delete(Call call) {
        tables.store().delete(tables.domain(call));
        return CompletableFuture.completedStage(call.output());
    }

    private Structure.Builder list(Call call) {
        AccountId account = tables.account(call);
        int most = most(call.input().number("MaxNumberOfDomains"));
        Optional<String> after = Tables.token(call).map(token -> NextToken.read(account, LISTING, token).item());
        List<String> rest = tables.names(call).stream().filter(name -> after.isEmpty() || Utf8.ORDER.compare(name, after.get()) > 0).toList();
        List<String> page = rest.subList(0, Math.min(most, rest.size()));
        Structure.Builder answer = call.output().put("DomainNames", page);
        if (page.size() < rest.size()) {
            answer.put("NextToken", NextToken.of(account, LISTING, new Position("", page.get(page.size() - 1))));
        }
        return answer;
    }

    private static int most(OptionalInt asked) {
        int most = asked.orElse(Bounds.MOST_DOMAINS_LISTED);
        if (most < 1 || most > Bounds.MOST_DOMAINS_LISTED) {
            throw AwsException.invalid("MaxNumberOfDomains", Integer.toString(most),
                    "MaxNumberOfDomains must be between 1 and " + Bounds.MOST_DOMAINS_LISTED + ".");
        }
        return most;
    }

    private Structure.Builder measure(Call call) {
        DomainSize size = tables.store().size(tables.domain(call));
        return call.output()
                .put("ItemCount", number(size.items()))
                .put("ItemNamesSizeBytes", size.itemBytes())
                .put("AttributeNameCount", number(size.attributes()))
                .put("AttributeNamesSizeBytes", size.attributeBytes())
                .put("AttributeValueCount", number(size.values()))
                .put("AttributeValuesSizeBytes", size.valueBytes())
                .put("Timestamp", number(clock.instant().getEpochSecond()));
    }

    /** Amazon's model has no more room for some than this. */
    private static int number(long number) {
        return (int) Math.min(Integer.MAX_VALUE, number);
    }
}
