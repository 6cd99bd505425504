package org.kumiki.logging;

import java.util.logging.LogRecord;
import java.util.logging.Logger;

import org.slf4j.Marker;
import org.slf4j.event.Level;
import org.slf4j.helpers.LegacyAbstractLogger;
import org.slf4j.helpers.MessageFormatter;

/** One SLF4J logger on the java.util.logging logger of the same name. */
final class JulLogger extends LegacyAbstractLogger {

    private static final long serialVersionUID = 1L;

    private final transient Logger target;

    JulLogger(String name) {
        this.name = name;
        this.target = Logger.getLogger("ROOT".equals(name) ? "" : name);
    }

    @Override
    protected void handleNormalizedLoggingCall(Level level, Marker marker, String pattern, Object[] arguments, Throwable thrown) {
        LogRecord entry = new LogRecord(julLevel(level), MessageFormatter.basicArrayFormat(pattern, arguments));
        entry.setLoggerName(name);
        entry.setThrown(thrown);
        // Otherwise java.util.logging walks the stack of every record to find the caller.
        entry.setSourceClassName(name);
        target.log(entry);
    }

    static java.util.logging.Level julLevel(Level level) {
        return switch (level) {
            case ERROR -> java.util.logging.Level.SEVERE;
            case WARN -> java.util.logging.Level.WARNING;
            case INFO -> java.util.logging.Level.INFO;
            case DEBUG -> java.util.logging.Level.FINE;
            case TRACE -> java.util.logging.Level.FINEST;
        };
    }

    @Override
    protected String getFullyQualifiedCallerName() {
        return null;
    }

    @Override
    public boolean isErrorEnabled() {
        return target.isLoggable(java.util.logging.Level.SEVERE);
    }

    @Override
    public boolean isWarnEnabled() {
        return target.isLoggable(java.util.logging.Level.WARNING);
    }

    @Override
    public boolean isInfoEnabled() {
        return target.isLoggable(java.util.logging.Level.INFO);
    }

    @Override
    public boolean isDebugEnabled() {
        return target.isLoggable(java.util.logging.Level.FINE);
    }

    @Override
    public boolean isTraceEnabled() {
        return target.isLoggable(java.util.logging.Level.FINEST);
    }
}
