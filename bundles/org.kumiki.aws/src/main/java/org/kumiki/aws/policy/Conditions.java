package org.kumiki.aws.policy;

import java.math.BigDecimal;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.function.IntPredicate;

/** The conditions of policies. Pure. */
final class Conditions {

    private static final String IF_EXISTS = "IfExists";
    private static final String ALL = "ForAllValues:";
    private static final String ANY = "ForAnyValue:";
    private static final Map<String, BiPredicate<String, String>> TESTS = tests();

    private Conditions() {
    }

    static boolean knows(String operator) {
        return operator.equals("Null") || TESTS.containsKey(bare(operator));
    }

    /** All of them must hold. */
    static boolean hold(Map<String, Map<String, List<String>>> conditions, Function<String, List<String>> values) {
        return conditions.entrySet().stream().allMatch(operator -> operator.getValue().entrySet().stream()
                .allMatch(key -> holds(operator.getKey(), key.getValue(), values.apply(key.getKey()))));
    }

    private static boolean holds(String operator, List<String> wanted, List<String> actual) {
        if (operator.equals("Null")) {
            return wanted.contains(Boolean.toString(actual.isEmpty()));
        }
        if (actual.isEmpty()) {
            return operator.endsWith(IF_EXISTS) || operator.startsWith(ALL) || isNegative(operator) && !operator.startsWith(ANY);
        }
        return operator.startsWith(ALL) ? actual.stream().allMatch(value -> matches(operator, wanted, value))
                : actual.stream().anyMatch(value -> matches(operator, wanted, value));
    }

    /** Of positive tests one must succeed, of negative ones all. */
    private static boolean matches(String operator, List<String> wanted, String value) {
        BiPredicate<String, String> test = TESTS.get(bare(operator));
        return isNegative(operator) ? wanted.stream().allMatch(want -> test.test(want, value)) : wanted.stream().anyMatch(want -> test.test(want, value));
    }

    private static boolean isNegative(String operator) {
        return bare(operator).contains("Not");
    }

    private static String bare(String operator) {
        String name = operator.startsWith(ALL) ? operator.substring(ALL.length()) : operator.startsWith(ANY) ? operator.substring(ANY.length()) : operator;
        return name.endsWith(IF_EXISTS) ? name.substring(0, name.length() - IF_EXISTS.length()) : name;
    }

    private static Map<String, BiPredicate<String, String>> tests() {
        Map<String, BiPredicate<String, String>> tests = new HashMap<>();
        both(tests, "StringEquals", "StringNotEquals", String::equals);
        both(tests, "StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase", String::equalsIgnoreCase);
        both(tests, "StringLike", "StringNotLike", Patterns::like);
        both(tests, "ArnEquals", "ArnNotEquals", Patterns::like);
        both(tests, "ArnLike", "ArnNotLike", Patterns::like);
        both(tests, "IpAddress", "NotIpAddress", Conditions::isIn);
        tests.put("Bool", String::equalsIgnoreCase);
        ordered(tests, "Numeric", (wanted, actual) -> new BigDecimal(actual).compareTo(new BigDecimal(wanted)));
        ordered(tests, "Date", (wanted, actual) -> Instant.parse(actual).compareTo(Instant.parse(wanted)));
        return Map.copyOf(tests);
    }

    private interface Order {
        int compare(String wanted, String actual);
    }

    private static void both(Map<String, BiPredicate<String, String>> tests, String positive, String negative, BiPredicate<String, String> test) {
        tests.put(positive, test);
        tests.put(negative, test.negate());
    }

    private static void ordered(Map<String, BiPredicate<String, String>> tests, String kind, Order order) {
        both(tests, kind + "Equals", kind + "NotEquals", test(order, result -> result == 0));
        tests.put(kind + "LessThan", test(order, result -> result < 0));
        tests.put(kind + "LessThanEquals", test(order, result -> result <= 0));
        tests.put(kind + "GreaterThan", test(order, result -> result > 0));
        tests.put(kind + "GreaterThanEquals", test(order, result -> result >= 0));
    }

    private static BiPredicate<String, String> test(Order order, IntPredicate wanted) {
        return (want, actual) -> {
            try {
                return wanted.test(order.compare(want, actual));
            } catch (NumberFormatException | DateTimeException e) {
                return false;
            }
        };
    }

    /** Whether an address is in a block like 10.0.0.0/8. Texts that are no addresses are not looked up. */
    private static boolean isIn(String block, String address) {
        String[] parts = block.split("/", 2);
        if (!parts[0].matches("[0-9a-fA-F.:]+") || !address.matches("[0-9a-fA-F.:]+")) {
            return false;
        }
        try {
            byte[] network = InetAddress.getByName(parts[0]).getAddress();
            byte[] host = InetAddress.getByName(address).getAddress();
            int bits = parts.length > 1 ? Integer.parseInt(parts[1]) : network.length * 8;
            if (network.length != host.length || bits < 0 || bits > network.length * 8) {
                return false;
            }
            for (int bit = 0; bit < bits; bit++) {
                if (((network[bit / 8] ^ host[bit / 8]) >> 7 - bit % 8 & 1) != 0) {
                    return false;
                }
            }
            return true;
        } catch (UnknownHostException | NumberFormatException e) {
            return false;
        }
    }
}
