package org.kumiki.twin.study;

import java.util.function.DoubleFunction;

/** What the plots of a report have in common, which are SVG. Pure functions. */
final class Plots {

    private Plots() {
    }

    static Markup svg(int width, int height, String title) {
        return new Markup().begin("svg", "xmlns", "http://www.w3.org/2000/svg", "viewBox", "0 0 " + width + " " + height, "role", "img",
                "aria-label", title);
    }

    static void grid(Markup svg, Axis x, Axis y, DoubleFunction<String> xShown) {
        for (double tick : y.ticks()) {
            svg.empty("path", "class", tick == y.from() ? "axis" : "grid", "d", "M" + point(x.pixelOf(), y.at(tick)) + "H" + Markup.px(x.pixelTo()));
            svg.leaf("text", y.shown(tick), "class", "tick", "x", x.pixelOf() - 8, "y", y.at(tick) + 4, "text-anchor", "end");
        }
        for (double tick : x.ticks()) {
            svg.empty("path", "class", "axis", "d", "M" + point(x.at(tick), y.pixelOf()) + "v5");
            svg.leaf("text", xShown.apply(tick), "class", "tick", "x", x.at(tick), "y", y.pixelOf() + 19, "text-anchor", "middle");
        }
    }

    /** As paths have it. */
    static String point(double x, double y) {
        return Markup.px(x) + " " + Markup.px(y);
    }
}
