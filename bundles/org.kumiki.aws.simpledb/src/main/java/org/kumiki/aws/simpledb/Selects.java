package org.kumiki.aws.simpledb;

import java.util.List;
import java.util.Optional;

import org.kumiki.api.model.AccountId;
import org.kumiki.api.table.Attribute;
import org.kumiki.api.table.DomainId;
import org.kumiki.api.table.Filter;
import org.kumiki.api.table.Position;
import org.kumiki.api.table.Query;
import org.kumiki.api.table.Sorting;
import org.kumiki.aws.Actions;
import org.kumiki.aws.Call;
import org.kumiki.aws.wire.Structure;

/** Answers select expressions. */
final class Selects {

    private final Tables tables;

    Selects(Tables tables) {
        this.tables = tables;
    }

    void offer(Actions actions) {
        actions.query("Select", this::select);
    }

    private Structure.Builder select(Call call) {
        String expression = call.input().requiredText("SelectExpression");
        Select select = Parser.parse(expression);
        Filter filter = filter(select);
        if (select.output() instanceof Select.Output.Listed listed && listed.attributes().size() > Bounds.MOST_ATTRIBUTES) {
            throw Refusals.requestedAttributes();
        }
        AccountId account = tables.account(call);
        Optional<Position> after = Tables.token(call).map(token -> NextToken.read(account, expression, token));
        Page page = Page.of(select);
        Query query = new Query(filter, select.order().orElse(Sorting.BY_NAME), after, page.most(), Bounds.PATIENCE);
        Optional<Position> next = tables.store().select(new DomainId(account, Bounds.domain(select.domain())), query, page);
        Structure.Builder answer = call.output().list("Items", page.lines(), Selects::fill);
        next.ifPresent(position -> answer.put("NextToken", NextToken.of(account, expression, position)));
        return answer;
    }

    private static Filter filter(Select select) {
        Filter filter = select.where().map(Meaning::of).orElse(new Filter.Everything());
        Meaning.check(filter);
        if (select.order().isPresent() && select.where().filter(where -> Meaning.constrains(where, select.order().get())).isEmpty()) {
            throw Refusals.order();
        }
        return filter;
    }

    private static void fill(Page.Line line, Structure.Builder out) {
        List<Attribute> attributes = line.attributes();
        out.put("Name", line.name()).list("Attributes", attributes, Items::fill);
    }
}
