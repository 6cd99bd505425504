package org.kumiki.console;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import org.kumiki.api.datacenter.Inventory;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.Instance;
import org.kumiki.api.model.InstanceState;
import org.kumiki.api.model.Migration;
import org.kumiki.api.model.Technology;
import org.kumiki.api.view.HostTable;

/**
 * An instance as a row. Times are milliseconds since 1970.
 *
 * @param name its tag {@code Name}
 * @param destination where it is moving to, if it is
 * @param can  what can be asked of it now: {@code start}, {@code stop}, {@code kill}, {@code reboot}, {@code terminate},
 *             {@code console}, {@code cancel} a move
 */
record InstanceRow(String id, String name, String type, String state, String host, String technology, String destination,
        String privateAddress, String publicAddress, long launched, long since, boolean protectedFromTermination, long decision, List<String> can) {

    static InstanceRow of(Instance instance, Inventory inventory, HostTable hosts) {
        String host = instance.host().map(HostId::value).orElse(null);
        int row = instance.host().map(hosts::row).orElse(-1);
        Technology technology = row < 0 ? null : hosts.technology(row);
        String destination = inventory.migrations().find(instance.id()).filter(Migration::isMoving).map(move -> move.destination().value())
                .orElse(null);
        return new InstanceRow(instance.id().value(), name(instance), instance.spec().type(), instance.state().label(), host,
                technology == null ? null : technology.name(), destination, instance.nic().privateAddress(),
                instance.nic().publicAddress().orElse(null), instance.launched().toEpochMilli(), instance.since().toEpochMilli(),
                instance.terminationProtected(), instance.decision(), can(instance, technology, destination != null));
    }

    static String name(Instance instance) {
        return instance.tags().getOrDefault("Name", "");
    }

    static boolean matches(Instance instance, Query query) {
        InstanceState state = instance.state();
        boolean rightState = switch (query.state()) {
            case "all" -> true;
            case "live" -> state != InstanceState.TERMINATED;
            default -> state.label().equals(query.state());
        };
        return rightState && (query.text().isEmpty() || hasText(instance, query.text()));
    }

    private static boolean hasText(Instance instance, String text) {
        return instance.id().value().contains(text) || has(instance.spec().type(), text)
                || instance.tags().values().stream().anyMatch(value -> has(value, text))
                || instance.host().filter(host -> has(host.value(), text)).isPresent() || instance.nic().privateAddress().contains(text)
                || instance.nic().publicAddress().filter(address -> address.contains(text)).isPresent()
                || instance.owner().value().contains(text);
    }

    /** The page asks features, never names: what a technology cannot do is not offered. The engine refuses it in any case. */
    private static List<String> can(Instance instance, Technology technology, boolean moving) {
        List<String> can = new ArrayList<>();
        boolean restarts = technology == null || technology.can(Technology.Feature.STOP_START);
        switch (instance.state()) {
            case STOPPED -> can.add("start");
            case RUNNING -> {
                if (restarts) {
                    can.add("stop");
                }
                can.add("reboot");
            }
            case STOPPING -> can.add("kill");
            default -> {
                // on its way from one state to another
            }
        }
        if (instance.state() != InstanceState.TERMINATED && instance.state() != InstanceState.SHUTTING_DOWN) {
            can.add("terminate");
        }
        if (moving) {
            can.add("cancel");
        }
        if (technology != null && technology.can(Technology.Feature.CONSOLE_OUTPUT)) {
            can.add("console");
        }
        return can;
    }

    private static boolean has(String text, String part) {
        return text.toLowerCase(Locale.ROOT).contains(part);
    }
}
