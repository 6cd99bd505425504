package org.kumiki.launcher;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the platform is started with: {@code conf/framework.properties} of the distribution, and over it what was said on the
 * command line. A value may name another one as {@code ${name}}.
 */
record Settings(Path home, Path data, Map<String, String> properties) {

    static final String HOME = "kumiki.home";
    static final String CONF = "kumiki.conf";
    static final String DATA = "kumiki.data";

    private static final Map<String, String> FLAGS = Map.of(
            "--home", HOME,
            "--conf", CONF,
            "--data", DATA,
            "--host", "kumiki.host",
            "--port", "kumiki.port",
            "--console-port", "kumiki.console.port");
    private static final Pattern REFERENCE = Pattern.compile("\\$\\{([^${}]+)}");

    static Settings of(String... arguments) throws IOException {
        Map<String, String> said = flags(arguments);
        if (!said.containsKey(HOME)) {
            throw new IllegalArgumentException("--home, the directory of the distribution, is missing");
        }
        Path home = Path.of(said.get(HOME)).toAbsolutePath().normalize();
        Path conf = Path.of(said.getOrDefault(CONF, home.resolve("conf").toString())).toAbsolutePath().normalize();
        Path data = Path.of(said.getOrDefault(DATA, home.resolve("data").toString())).toAbsolutePath().normalize();

        Map<String, String> all = new TreeMap<>(read(conf.resolve("framework.properties")));
        all.putAll(said);
        all.put(HOME, home.toString());
        all.put(CONF, conf.toString());
        all.put(DATA, data.toString());
        Map<String, String> resolved = new TreeMap<>();
        all.forEach((name, value) -> resolved.put(name, resolve(value, all, 0)));
        return new Settings(home, data, Map.copyOf(resolved));
    }

    Path conf() {
        return Path.of(get(CONF));
    }

    String get(String name) {
        String value = properties.get(name);
        if (value == null) {
            throw new IllegalArgumentException(name + " is not set in framework.properties");
        }
        return value;
    }

    int port(String name) {
        try {
            int port = Integer.parseInt(get(name));
            if (port >= 0 && port <= 65_535) {
                return port;
            }
        } catch (NumberFormatException e) {
            // answered below, as for a number that is no port
        }
        throw new IllegalArgumentException(name + " must be a port from 0 to 65535, not " + get(name));
    }

    private static Map<String, String> flags(String... arguments) {
        Map<String, String> said = new TreeMap<>();
        for (int i = 0; i < arguments.length; i += 2) {
            String property = FLAGS.get(arguments[i]);
            if (property == null) {
                throw new IllegalArgumentException("unknown option " + arguments[i]);
            }
            if (i + 1 == arguments.length) {
                throw new IllegalArgumentException(arguments[i] + " needs a value");
            }
            said.put(property, arguments[i + 1]);
        }
        return said;
    }

    private static Map<String, String> read(Path file) throws IOException {
        Properties properties = new Properties();
        try (Reader in = Files.newBufferedReader(file)) {
            properties.load(in);
        }
        Map<String, String> map = new TreeMap<>();
        properties.stringPropertyNames().forEach(name -> map.put(name, properties.getProperty(name)));
        return map;
    }

    private static String resolve(String value, Map<String, String> all, int depth) {
        if (depth > 10) {
            throw new IllegalArgumentException("a value in framework.properties refers to itself: " + value);
        }
        Matcher matcher = REFERENCE.matcher(value);
        StringBuilder resolved = new StringBuilder();
        while (matcher.find()) {
            String target = all.get(matcher.group(1));
            String text = target == null ? matcher.group() : resolve(target, all, depth + 1);
            matcher.appendReplacement(resolved, Matcher.quoteReplacement(text));
        }
        return matcher.appendTail(resolved).toString();
    }
}
