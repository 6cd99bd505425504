package org.kumiki.image;

import java.nio.file.Path;

import org.osgi.framework.BundleContext;

/** Where a store keeps its things. */
public final class DataDirectory {

    private DataDirectory() {
    }

    /**
     * @param configured empty unless an operator wants another place
     * @param noun       the store's own name in the platform's data directory
     */
    static Path of(BundleContext context, String configured, String noun) {
        return configured.isBlank() ? of(context).resolve(noun) : Path.of(configured).toAbsolutePath();
    }

    /** The platform's own. */
    public static Path of(BundleContext context) {
        String data = context.getProperty("kumiki.data");
        if (data == null) {
            throw new IllegalStateException("the framework property kumiki.data names no data directory");
        }
        return Path.of(data).toAbsolutePath();
    }
}
