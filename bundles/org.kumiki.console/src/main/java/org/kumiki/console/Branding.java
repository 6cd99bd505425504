package org.kumiki.console;

import org.apache.felix.webconsole.spi.BrandingPlugin;
import org.osgi.service.component.annotations.Component;

/** Puts the platform's name and mark on every page of the console. */
@Component(service = BrandingPlugin.class)
public final class Branding implements BrandingPlugin {

    private static final String MARK = "/" + DatacenterPage.LABEL + "/res/kumiki.svg";

    @Override
    public String getBrandName() {
        return "Kumiki";
    }

    @Override
    public String getProductName() {
        return "Kumiki";
    }

    @Override
    public String getProductURL() {
        return DatacenterPage.ADDRESS;
    }

    @Override
    public String getProductImage() {
        return MARK;
    }

    @Override
    public String getVendorName() {
        return "Kumiki";
    }

    @Override
    public String getVendorURL() {
        return DatacenterPage.ADDRESS;
    }

    @Override
    public String getVendorImage() {
        return MARK;
    }

    @Override
    public String getFavIcon() {
        return MARK;
    }

    @Override
    public String getMainStyleSheet() {
        return "/" + DatacenterPage.LABEL + "/res/console.css";
    }
}
