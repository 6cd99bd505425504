package org.kumiki.logging;

import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.service.log.LogEntry;
import org.osgi.service.log.LogListener;
import org.osgi.service.log.LogReaderService;
import org.osgi.util.tracker.ServiceTracker;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** Brings what bundles tell the OSGi log service into the same log. */
final class FrameworkLog extends ServiceTracker<LogReaderService, LogReaderService> {

    private final LogListener listener = FrameworkLog::log;

    FrameworkLog(BundleContext context) {
        super(context, LogReaderService.class, null);
    }

    @Override
    public LogReaderService addingService(ServiceReference<LogReaderService> reference) {
        LogReaderService reader = super.addingService(reference);
        reader.addLogListener(listener);
        return reader;
    }

    @Override
    public void removedService(ServiceReference<LogReaderService> reference, LogReaderService reader) {
        reader.removeLogListener(listener);
        super.removedService(reference, reader);
    }

    private static void log(LogEntry entry) {
        Level level = switch (entry.getLogLevel()) {
            case AUDIT, ERROR -> Level.ERROR;
            case WARN -> Level.WARN;
            case INFO -> Level.INFO;
            case DEBUG -> Level.DEBUG;
            case TRACE -> Level.TRACE;
        };
        Logger logger = LoggerFactory.getLogger(entry.getLoggerName());
        logger.atLevel(level).setCause(entry.getException()).log("{}: {}", entry.getBundle().getSymbolicName(), entry.getMessage());
    }
}
