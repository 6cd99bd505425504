package org.kumiki.table.log;

import java.util.ArrayList;
import java.util.List;

import org.apache.felix.service.command.Descriptor;
import org.apache.felix.service.command.annotations.GogoCommand;
import org.kumiki.api.table.Domain;
import org.kumiki.api.table.DomainSize;
import org.kumiki.api.table.TableStore;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** What an operator sees of the tables of this machine. */
@GogoCommand(scope = "kumiki", function = "domains")
@Component(service = TableCommands.class)
public class TableCommands {

    private final TableStore store;

    @Activate
    public TableCommands(@Reference TableStore store) {
        this.store = store;
    }

    @Descriptor("lists the domains of SimpleDB, and how much is in them")
    public String domains() {
        List<String> lines = new ArrayList<>(List.of("%12s %12s %12s  %-12s  %s".formatted("ITEMS", "VALUES", "KIB", "OWNER", "DOMAIN")));
        for (Domain domain : store.domains()) {
            DomainSize size = store.size(domain.id());
            lines.add("%12d %12d %12d  %-12s  %s".formatted(size.items(), size.values(), (size.bytes() + 1_023) >> 10, domain.id().owner(),
                    clean(domain.id().name())));
        }
        return String.join("\n", lines);
    }

    /** Clients name domains: what would steer a terminal does not reach one. */
    private static String clean(String text) {
        return text.replaceAll("\\p{C}", "?");
    }
}
