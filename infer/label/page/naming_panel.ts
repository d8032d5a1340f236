/// <reference lib="dom" />
import { element } from "../../explore/page/element.ts";

/** What a person does with the image that is shown. */
export interface NamingListener {
  /** Gives it a class; without one it is of no interest. */
  onName(label: string | undefined): void;
  onSkip(): void;
  onUndo(): void;
  /** Selects no longer several images. */
  onClear(): void;
}

/** What the panel shows. */
export interface Naming {
  readonly names: readonly { readonly name: string; readonly colour: string }[];
  readonly text: string;
  readonly canUndo: boolean;
  readonly selected: number;
  /** The class that the image has been given. */
  readonly decided: string | undefined;
}

/** The image that waits for a name, with buttons and keys for all that can be said of it. */
export class NamingPanel {
  readonly #listener: NamingListener;
  #names: readonly string[] = [];

  constructor(listener: NamingListener) {
    this.#listener = listener;
    const click = (id: string, action: () => void) =>
      element(id, HTMLButtonElement).addEventListener("click", action);
    click("no-interest", () => listener.onName(undefined));
    click("skip", () => listener.onSkip());
    click("undo", () => listener.onUndo());
    click("clear-selection", () => listener.onClear());
    const input = element("new-name", HTMLInputElement);
    element("new-class", HTMLFormElement).addEventListener("submit", (event) => {
      event.preventDefault();
      const name = input.value.trim();
      if (name === "") return;
      input.value = "";
      // Keys name images from here on.
      input.blur();
      listener.onName(name);
    });
    addEventListener("keydown", (event) => this.#onKey(event, input));
  }

  show({ names, text, canUndo, selected, decided }: Naming): void {
    this.#names = names.map(({ name }) => name);
    element("reason", HTMLElement).textContent = text;
    element("undo", HTMLButtonElement).disabled = !canUndo;
    element("clear-selection", HTMLButtonElement).hidden = selected === 0;
    const group = element("classes", HTMLElement);
    const had = document.activeElement instanceof HTMLElement
      ? document.activeElement.dataset.name
      : undefined;
    group.replaceChildren(
      ...names.map(({ name, colour }, i) => {
        const button = document.createElement("button");
        button.type = "button";
        button.dataset.name = name;
        button.append(name);
        if (i < 9) {
          const key = document.createElement("kbd");
          key.textContent = String(i + 1);
          key.ariaHidden = "true";
          button.append(key);
        }
        button.ariaPressed = String(name === decided);
        if (i < 9) button.setAttribute("aria-keyshortcuts", String(i + 1));
        button.style.setProperty("--class", colour);
        button.addEventListener("click", () => this.#listener.onName(name));
        return button;
      }),
    );
    // The buttons are new ones: focus stays on the class where it was.
    if (had !== undefined) {
      group.querySelector<HTMLElement>(`[data-name="${CSS.escape(had)}"]`)?.focus();
    }
  }

  #onKey(event: KeyboardEvent, input: HTMLInputElement): void {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.target === input) {
      if (event.key === "Escape") input.blur();
      return;
    }
    const name = /^[1-9]$/.test(event.key) ? this.#names[Number(event.key) - 1] : undefined;
    if (name !== undefined) this.#listener.onName(name);
    else if (event.key === "x") this.#listener.onName(undefined);
    else if (event.key === "s") this.#listener.onSkip();
    else if (event.key === "z") this.#listener.onUndo();
    else if (event.key === "n") input.focus();
    else return;
    event.preventDefault();
  }
}
