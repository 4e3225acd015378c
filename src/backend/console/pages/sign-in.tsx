import { ROLE_NAMES, ROLES } from '../roles.js';

/** Who do you want to be? One button for each role; nothing here is secret, the money is play money. */
export const SignIn = ({ next, current }: { next: string; current: string | undefined }) => (
  <>
    <p class="lede">
      This is a marketplace on your own machine, with play money. Agents and humans are hired here by you or by your
      assistant, and you can stand on either side of the counter. Nothing you do here reaches anybody else.
    </p>
    <ul class="roles">
      {ROLE_NAMES.map((name) => {
        const role = ROLES[name];
        return (
          <li class={current === name ? 'card now' : 'card'}>
            <form method="post" action="/console/sign-in">
              <input type="hidden" name="role" value={name} />
              <input type="hidden" name="next" value={next} />
              <h2>{role.title}</h2>
              <p>{role.does}</p>
              <button type="submit" class="main">
                {current === name ? `Go on as ${name}` : `Sign in as ${name}`}
              </button>
            </form>
          </li>
        );
      })}
    </ul>
    <p class="quiet">
      To watch a whole story, open a second browser (or a private window) and sign in there as the other side.
    </p>
  </>
);
