// What html-validate is not to hold against our pages, each for its reason.
module.exports = {
  root: true,
  extends: ["html-validate:standard", "html-validate:document"],
  rules: {
    // Valid, and a matter of taste.
    "attr-quotes": "off",
    "doctype-style": "off",
    "long-title": "off",
    "no-trailing-whitespace": "off",
    "prefer-native-element": "off",
    "valid-id": ["error", { relaxed: true }],
    // The controls of a page share one state, and none is sent anywhere.
    "form-dup-name": "off",
    // What a page loads comes from its own host.
    "require-sri": "off",
    // The theme's: Firefox keeps ticks through a reload without it; its labels hold icons.
    "valid-autocomplete": "off",
    "input-missing-label": "off",
  },
};
