package org.kumiki.shell;

import java.util.List;
import java.util.stream.Collectors;

import org.apache.felix.service.command.Converter;
import org.kumiki.api.model.Instance;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.policy.PlanReport;
import org.osgi.service.component.annotations.Component;

/** Prints what the commands return. A listing is a table; one thing of a listing, in a loop, say, is its identifier. */
@Component(property = { Converter.CONVERTER_CLASSES + "=org.kumiki.shell.Listing",
        Converter.CONVERTER_CLASSES + "=org.kumiki.shell.Details" })
public class Printer implements Converter {

    @Override
    public Object convert(Class<?> type, Object value) {
        return null;
    }

    @Override
    public CharSequence format(Object value, int level, Converter others) {
        if (value instanceof Listing<?> listing) {
            return listing.isEmpty() ? "none" : listing.table();
        }
        if (value instanceof Details details) {
            return details.text();
        }
        if (value instanceof List<?> list && !list.isEmpty() && list.get(0) instanceof InstanceId) {
            return list.stream().map(String::valueOf).collect(Collectors.joining("\n"));
        }
        if (value instanceof PlanReport plan) {
            return plan.policy();
        }
        return value instanceof Instance instance ? instance.id().value() : null;
    }
}
