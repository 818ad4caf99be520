// What each setting means, behind a small button beside its name.
import { byId, make } from './dom.js';

const texts = {
  prompt: 'What the picture shows. A few plain words are best: the thing, its colour, where it is. Ctrl+Enter starts.',
  negative_prompt: 'What the picture should keep away from. It takes effect with a guidance above 1.',
  image: 'Changes a picture instead of making one from nothing. Change the whole of it, or paint over the places that are to be made anew.',
  model: 'The network that makes the picture.',
  seed: 'The number that chance starts from. The same seed with the same settings makes the same picture again; the next pictures of a set have the next numbers.',
  steps: 'How often the network looks at the picture, deciding some more places each time. More steps take longer; beyond about 20 little changes.',
  guidance_scale: 'How closely the picture keeps to the prompt. At 1 and below it is not steered at all; at high values it becomes plain and hard.',
  strength: 'How much of the picture is made anew: at 0 only a last touch, at 1 only its shape is left.',
  n: 'How many pictures are made at once.',
  size: 'Width and height in pixels. The model was made for the first size; others work less well the further away they are. A picture to start from keeps its own shape.',
  temperature: 'How freely the network chooses which places to decide first, at the first and at the last step. 0 takes the surest places; more gives more variety, and more mistakes.',
  aesthetic_score: 'How beautiful the network is told that the picture is, from about 1 to 10. It was trained with such scores beside its pictures.',
  crop: 'Where the network is told that the picture was cut out of a larger one, in pixels. 0 and 0 gives whole things; higher numbers cut them off.',
  loras: 'Small additions to the network, such as a style. 1 is the full strength, 0 none.',
  sweep: 'Values with commas between them; prompts with a | between them. With a second setting every pair is made.',
};

export function setUpHelp() {
  for (const field of document.querySelectorAll('[data-help]')) addHelp(field, field.dataset.help);
}

function addHelp(field, name) {
  const title = field.querySelector('label, legend, .label');
  const id = `help-${name}`;
  const text = make('p', { class: 'help', id, hidden: true }, texts[name]);
  const toggle = make('button', {
    type: 'button', class: 'help-button', 'aria-expanded': 'false', 'aria-controls': id, 'aria-label': `What is “${title.textContent.trim()}”?`,
    onclick: () => {
      text.hidden = !text.hidden;
      toggle.setAttribute('aria-expanded', String(!text.hidden));
    },
  }, '?');
  // Beside a legend's text it must be inside the legend, which nothing can stand beside.
  if (title.tagName === 'LEGEND') title.append(' ', toggle);
  else title.after(toggle);
  (title.tagName === 'LEGEND' ? title : toggle).after(text);
  // The explanation is also read with the field itself, open or not.
  const control = byId(name);
  if (control) control.setAttribute('aria-describedby', id);
}
