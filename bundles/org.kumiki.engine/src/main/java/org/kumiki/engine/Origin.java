package org.kumiki.engine;

import java.util.Comparator;
import java.util.Map;

import org.osgi.framework.Bundle;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkUtil;

/**
 * Where a service comes from, and how it ranks among others of its kind: by service ranking, and of equals the newer is the greater, so
 * that what is dropped in takes over.
 */
record Origin(String symbolicName, String version, long bundle, int ranking, long service) implements Comparable<Origin> {

    private static final Comparator<Origin> ORDER = Comparator.comparingInt(Origin::ranking).thenComparingLong(Origin::service);

    static Origin of(Object service, Map<String, Object> properties) {
        Bundle bundle = FrameworkUtil.getBundle(service.getClass());
        int ranking = properties.get(Constants.SERVICE_RANKING) instanceof Integer value ? value : 0;
        long id = properties.get(Constants.SERVICE_ID) instanceof Long value ? value : 0;
        return bundle == null ? new Origin(service.getClass().getName(), "0", -1, ranking, id)
                : new Origin(bundle.getSymbolicName(), bundle.getVersion().toString(), bundle.getBundleId(), ranking, id);
    }

    @Override
    public int compareTo(Origin other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return symbolicName + " " + version;
    }
}
