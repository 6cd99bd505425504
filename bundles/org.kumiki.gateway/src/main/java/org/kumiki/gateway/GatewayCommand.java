package org.kumiki.gateway;

import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** {@code kumiki:gateway} in the shell. Its properties are all that Gogo asks for, so the gateway needs nothing of it. */
@Component(service = GatewayCommand.class, property = { "osgi.command.scope=kumiki", "osgi.command.function=gateway" })
public class GatewayCommand {

    private final Gateway gateway;

    @Activate
    public GatewayCommand(@Reference Gateway gateway) {
        this.gateway = gateway;
    }

    /** How much there was since the gateway started, and is. */
    public String gateway() {
        return gateway.statistics();
    }
}
