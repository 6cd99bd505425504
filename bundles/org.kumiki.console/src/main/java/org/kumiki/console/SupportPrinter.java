package org.kumiki.console;

import java.io.PrintWriter;
import java.time.Instant;

import org.apache.felix.inventory.Format;
import org.apache.felix.inventory.InventoryPrinter;
import org.kumiki.api.datacenter.Datacenter;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Puts the datacenter's overview among the pages of the console's menu Status, and so into the archive that support asks for. */
@Component(service = InventoryPrinter.class, property = {
        InventoryPrinter.NAME + "=kumiki-overview",
        InventoryPrinter.TITLE + "=Kumiki Datacenter",
        InventoryPrinter.FORMAT + "=JSON" })
public final class SupportPrinter implements InventoryPrinter {

    private final Datacenter datacenter;

    @Activate
    public SupportPrinter(@Reference Datacenter datacenter) {
        this.datacenter = datacenter;
    }

    @Override
    public void print(PrintWriter writer, Format format, boolean isZip) {
        writer.write(Json.write(Overview.of(datacenter, Query.FIRST, Instant.now())));
    }
}
