package org.kumiki.aws.ec2;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.kumiki.aws.wire.AwsException;

/** Ranges of addresses, as clients write them. What is no address never gets near a resolver. */
final class Cidr {

    private static final Pattern IPV4 = Pattern.compile("(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})/(\\d{1,2})");
    private static final Pattern IPV6 = Pattern.compile("([0-9a-fA-F:.]{2,45})/(\\d{1,3})");

    private Cidr() {
    }

    /** The range, its host bits cleared as EC2 does. */
    static String ipv4(String text) {
        Matcher matcher = IPV4.matcher(text);
        if (!matcher.matches()) {
            throw malformed(text);
        }
        long address = 0;
        for (int part = 1; part <= 4; part++) {
            int octet = Integer.parseInt(matcher.group(part));
            if (octet > 255) {
                throw malformed(text);
            }
            address = address << 8 | octet;
        }
        int bits = Integer.parseInt(matcher.group(5));
        if (bits > 32) {
            throw malformed(text);
        }
        long network = bits == 0 ? 0 : address & 0xFFFF_FFFFL << 32 - bits;
        return (network >> 24 & 255) + "." + (network >> 16 & 255) + "." + (network >> 8 & 255) + "." + (network & 255) + "/" + bits;
    }

    static String ipv6(String text) {
        Matcher matcher = IPV6.matcher(text);
        if (!matcher.matches() || matcher.group(1).indexOf(':') < 0 || Integer.parseInt(matcher.group(2)) > 128) {
            throw malformed(text);
        }
        try {
            InetAddress.getByName("[" + matcher.group(1) + "]"); // brackets make it a literal, which is only parsed
            return text.toLowerCase(Locale.ROOT);
        } catch (UnknownHostException e) {
            throw malformed(text);
        }
    }

    private static AwsException malformed(String text) {
        return AwsException.refuse("InvalidParameterValue", "CIDR block " + Text.brief(text) + " is malformed");
    }
}
