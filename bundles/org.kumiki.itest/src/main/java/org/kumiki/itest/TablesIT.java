package org.kumiki.itest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.kumiki.api.model.AccountId;
import org.kumiki.api.table.DomainId;
import org.kumiki.api.table.ItemChange.Assignment;
import org.kumiki.api.table.ItemChange.Put;
import org.kumiki.api.table.TableStore;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.test.common.annotation.InjectBundleContext;
import org.osgi.test.junit5.context.BundleContextExtension;
import org.osgi.util.tracker.ServiceTracker;

/** The store of tables goes, and comes back with what was put. */
@Timeout(60)
@ExtendWith(BundleContextExtension.class)
class TablesIT {

    private static final DomainId DOMAIN = new DomainId(new AccountId("000000000009"), "kumiki-tables-it");

    @InjectBundleContext
    BundleContext context;

    @Test
    void whatWasPutIsThereWhenTheStoreComesBack() throws Exception {
        ServiceTracker<TableStore, TableStore> stores = new ServiceTracker<>(context, TableStore.class, null);
        stores.open();
        try {
            TableStore store = stores.waitForService(0);
            store.create(DOMAIN);
            store.change(DOMAIN, List.of(new Put("item", List.of(new Assignment("color", "red", false)))), Optional.empty());

            Bundle bundle = Arrays.stream(context.getBundles()).filter(each -> each.getSymbolicName().equals("org.kumiki.table.log")).findFirst()
                    .orElseThrow();
            bundle.stop();
            assertThat(stores.getService()).isNull();
            bundle.start();

            TableStore again = stores.waitForService(0);
            assertThat(again.item(DOMAIN, "item").orElseThrow().values("color")).containsExactly("red");
            again.delete(DOMAIN);
        } finally {
            stores.close();
        }
    }
}
