package org.kumiki.logging;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.ConsoleHandler;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.Logger;

import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;

/**
 * Sets the log up before any other bundle starts: everything to {@code log/kumiki.log} in the data directory, warnings and
 * errors to the console too. Which levels are logged is said by {@code conf/logging.properties}, in the words of
 * java.util.logging.
 */
public final class Logging implements BundleActivator {

    private static final long LIMIT_BYTES = 10L << 20;
    private static final int GENERATIONS = 5;

    private final Logger root = Logger.getLogger("");
    private final List<Handler> handlers = new ArrayList<>();
    private FrameworkLog frameworkLog;

    @Override
    public void start(BundleContext context) throws IOException {
        try (InputStream levels = levels(context.getProperty("kumiki.conf"))) {
            LogManager.getLogManager().readConfiguration(levels);
        }
        for (Handler handler : root.getHandlers()) {
            root.removeHandler(handler);
        }
        Handler console = new ConsoleHandler();
        console.setFormatter(new LineFormat());
        console.setLevel(Level.WARNING);
        handlers.add(console);
        String data = context.getProperty("kumiki.data");
        if (data != null) {
            handlers.add(new RotatingFile(Path.of(data, "log", "kumiki.log"), LIMIT_BYTES, GENERATIONS));
        }
        handlers.forEach(root::addHandler);
        frameworkLog = new FrameworkLog(context);
        frameworkLog.open();
    }

    @Override
    public void stop(BundleContext context) {
        frameworkLog.close();
        handlers.forEach(root::removeHandler);
        handlers.forEach(Handler::close);
        handlers.clear();
    }

    private static InputStream levels(String conf) throws IOException {
        if (conf != null) {
            Path file = Path.of(conf, "logging.properties");
            if (Files.isReadable(file)) {
                return Files.newInputStream(file);
            }
        }
        return Logging.class.getResourceAsStream("/logging.properties");
    }
}
