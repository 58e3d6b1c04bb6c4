/**
 * Ideas that requests are made of, each with the English and French words for it, over folded text. The linear model
 * reads which ideas meet in a mail, so that it need not have seen the very words before.
 */
import { PrefixTree, symbolOf } from './prefix-tree.ts';

/**
 * Name and words: each matches where a word starts; `_` stands for the signs between two words, `$` for the end of a word.
 */
const lists: Readonly<Record<string, string>> = {
  delete:
    'delet eras remov wip purg destroy nuke$ bin$ scrap get_rid rid$ tear_down decom eliminat take_down kill disappear vanish gone$ supprim effac detrui virer virez vire$ enlev retir elimin a_effacer degag',
  close:
    'clos shut_down shut$ shutting terminat cancel discontinu exit$ exiting unsubscrib end_of_contract contract_ended clotur ferm resili arret fin_de_contrat quitt',
  account: 'account tenant organis organiz org$ orga$ instance workspace compte espace_client organisation annuaire',
  whole:
    'entire whole complete everything all_of_it the_lot all_data all_our_data totality entier integralite ensemble tout$ toutes totalite definitiv',
  data: 'data$ datas information$ records traces personal_data donnees informations gdpr rgpd article_17 art_17 oubli',
  leavingVendor:
    'migrat moved_to switch another_vendor other_vendor another_provider other_provider competitor cheaper no_longer_need not_need no_longer_required contract_ended stop_using concurren autre_fournisseur plus_besoin chez_un_autre plus_l_utilite ne_sert_plus n_utilis passes_chez passe_chez',
  duplicate:
    'twice duplicate second_one test_account trial_account pilot dup$ en_double doublon compte_test d_essai compte_d_essai recette staging',
  admin: 'admin administrator administrat owner$ ownership superuser super_user proprietaire propriete superadmin',
  makeRole:
    'make_me make_him make_her made_admin become upgrade promote elevat designat nominat appoint replac take_over taking_over takes_over succeed name_ be_the_admin handing_over hand_over stepping_down nomm passez_moi passer_admin mets_moi mettez_moi devenir reprend a_sa_place remplac second_admin another_admin transfer swap basculer cession rights$ privileg droits monte',
  technician:
    'it_guy it_manager it_person it_contractor it_vendor it_firm it_company it_director it_bloke it_man it_volunteer it_lead sysadmin system_admin systems_admin cto$ cio$ msp$ informaticien informatic prestataire presta$ infoger dsi$ technicien responsable_informatique responsable_it vendor contractor co_founder cofounder partner associe ex_admin predecessor director treasurer trustee',
  dismissed:
    'fired sacked dismiss terminated_for terminated_on terminated_this laid_off let_go asked_to_leave kicked_out employment_ended walked_off walked_out stormed left_in_anger left_under suspended_him suspend_him licenci vire$ viree renvoy congedi mis_a_pied mise_a_pied remercie evinc revoque parti_fach departure_in former ex_ ancien ex$ old_admin divorc voted_off',
  hostile:
    'disgruntl rogue hostile angry anger furious fuming revenge retaliat sabotag ransom hostage blackmail extort hijack refus won_t_give wont_give won_t_hand will_not_give not_giving_back not_hand threaten locked_us locked_out_the locked_all locks locking conflict dispute fight quarrel acrimon misconduct vengeance veng rancon otage chantage sabot pirat menac conflit litige mauvais_termes fache aigri nuire bloque_tout pay_up demands demanding exige',
  police:
    'police crime_number complaint plainte gendarmerie law_enforcement denounc proces_verbal pd_case depot_de_plainte',
  closure:
    'bankrupt insolven liquidat dissol wound_up wind_up winding_up wind_down ceased_trading ceased_operat ceased_all cease_trading out_of_business gone_bust went_bust shut_its_doors closed_its closed_for_good closed_down struck_off strike_off chapter_7 chapter_11 receiver trustee_in no_longer_exist no_longer_operat certificate_of ceased$ faillite depose_le_bilan depot_de_bilan cessation_d_activite cesse_toute cesse_son dissou radie radiation mis_la_cle cle_sous_la_porte ferm_boutique fermons_boutique mandataire ferme_definitivement activite_arretee entity laid_everyone ran_out_of_runway business_finishes',
  unused:
    'nobody_has_logged nobody_s_logged no_one_has nobody_logged no_login zero_login nobody_uses no_one_uses no_one_used nobody_is_using unused inutilise plus_personne_ne_se_connecte plus_personne_s_en_sert zero_connexion nobody_entered not_accessed has_accessed',
  mistake:
    'by_mistake mistake accident inadvert by_error in_error wrong_button fat_finger oops stupid screwed messed_up erroneous wrongly undo$ megarde par_erreur erreur_d boulette betise fausse_man sans_faire_expres me_suis_trompe trompe involontair maladress',
  soleAdmin:
    'only_admin sole_admin last_admin only_one$ the_last_one only_remaining last_one$ no_admin$ no_administrator 0_admins no_admin_left seul_admin seul_compte seul_administrateur dernier_admin unique_admin plus_d_admin plus_aucun_admin n_en_reste aucun_admin nobody_can_get nobody_can_enter no_one_is_able_to_admin every_admin all_admins both_admins everyone_inc all_administrators myself$ moi_meme moi_y_compris tous_les_admin admin_a_tous a_tous$ himself$',
  court:
    'court judge$ judgment judgement judg injunction tribunal ordonnance jugement juge$ refere sentence_of attorney solicitor lawsuit legal_notice huissier landgericht order_says order_lists statue exhibit paragraph enumerat magistrat decision_de_justice',
  fraud:
    'fraud embezzl misappropriat malfeasance without_author without_permission without_any_auth no_permission unauthori theft stole misus abus sans_autorisation sans_mon sans_aucun_mandat frauduleu detourn escroqu malvers illegal usurp in_his_name in_his_own_name a_son_nom under_his_name ',
  restore:
    'restor undo$ revert revers put_back put_it_back put_us_back put_them_back give_back give_it_back return_it get_it_back recover$ roll_back reinstat how_it_was like_before remettre remettez remettr restaur retabl rendre restitu revenir recuper annul_les rectif',
  stopSupport:
    'cease_support cease_all stop_support stop_all_support stop_giving suspend_support suspend_assist suspend_all support_freeze freeze_support freeze$ hold_all hold_on_all put_on_hold put_a_hold place_a_hold do_not_respond do_not_act do_not_help don_t_help dont_help don_t_act not_act no_support do_not_honor do_not_process stop_processing ignore disregard refuse_all refuse_any refuse_every refuse_support reject_all withhold cessation block_the_support no_help not_be_processed be_ignored be_refused be_processed any_request all_requests every_request don_t_attend suspendre_tout suspendre_le_supp suspendre_l_assist suspension gel_du_support geler_l_assist cessez_de_traiter ne_repond ne_plus_repond ne_traitez ne_donner_suite aucune_demande toute_demande toutes_les_demandes ignorez ignorer stop_support plus_de_support plus_d_assistance arret_de_toute refusez_toute refuser_toute doit_etre_refusee donner_suite',
  ourSide:
    'from_us from_our_side our_side from_our from_anyone de_chez_nous chez_nous in_our_name our_name in_its_name en_notre_nom nos_admin our_admin venant_de whoever anyone_at until_further until_new jusqu_a_nouvel_ordre until_you_hear until_i until_notice impostor pretend purport fait_passer',
  breach:
    'breach compromis hack attack intru ransomware phish malware infiltrat stolen stole robbed robbery burgl thief thieves broke_into broken_into broke_in virus lockbit popped leaked leak cyber taken_over piratage pirat intrusion rancongiciel hameconn vole$ volee vol$ derob cambriol fuite fuit compromission attaquant escroc fraudster clicked ',
  elsewhere:
    'gmail google o365 m365 office_365 microsoft_365 mail_server e_mail_provider email_provider mailbox our_email my_email our_mail my_mail messagerie boite_mail laptop computer ordinateur portable pc$ notebook carnet vault coffre on_prem parent_company branch_office our_network your_service_is_not not_touched your_side you_re_clean nothing_happened rien_d_anormal pas_touche chez_vous_ras not_affected bag$ same_password',
  precaution:
    'precaution prevent preempt just_in_case in_case_they to_be_safe better_safe for_safety for_security before_they before_it before_he before_any before_somebody before_the par_securite par_prudence a_titre_prev preventi avant_qu avant_que ',
  password:
    'password passwd pwd pw$ mot_de_passe mots_de_passe mdp pass_code passcode passphrase pin$ credential identifiant login_details sign_in_details',
  secondFactor:
    'mfa 2fa totp otp two_factor 2_step two_step double_factor second_factor authenticator multi_factor one_time codes$ double_auth authentification_forte recovery_code codes_de_secours',
  apiKey:
    'api_key api_token connect_key api$ token key$ cle_api cle_d_api clef cle_connect connect_key cle_de_connexion jeton cle$',
  reset:
    'reset reinitialis forgot forget can_t_remember cant_remember not_remember no_longer_remember lost_her lost_his lost_my locked_out expired oubli perdu rappeler renew regenerat rotat issue_a new_one generat temporary provisoire unlock clear_his egar ne_connait',
  howTo:
    'how_do_i how_do_we how_can_i how_can_we how_to how_i_can where_do_i where_can_i where_is where_are which_setting is_there_a is_it_possible_to myself by_myself without_contacting comment_puis comment_je comment_fait comment_un comment_changer ou_puis ou_voir ou_se_trouve ou_la_regler moi_meme peut_on existe_t_il article documentation docs$ doc$',
  access:
    'access permission allow authoris authoriz enter_in get_into get_on able_to reach entrance provision acces autoris permiss ouvrir_les consulter lecture entrer_sur droit_de see$ view$ edit$',
  resource:
    'group vpn wifi wi_fi wlan folder drive share server application app$ printer software crm salesforce slack sharepoint repo repository dashboard database groupe dossier partage serveur logiciel appli imprimante repertoire reseau gitlab github radius jira canva workday tableau document finance payroll paie data_room',
  addPerson:
    'add$ adding put_him put_her put_the put_my include_ included assign bind_him grant give_him give_her enabl new_starter new_volunteer new_colleague new_guy joined joins started starts trainee intern$ interns apprentice auditor contractor_requires freelance stagiaire apprenti nouvelle_coll nouveau arrive_lundi nous_rejoint ajout rattach integr interim',
  user: 'user employee colleague staff volunteer person people salari collaborateur utilisateur saisonnier personnes leaver logins mr_ mrs_ ms_ mme_ ',
  device:
    'laptop computer device phone mobile tablet ipad mac$ mbp pc$ machine asset poste telephone tablette appareil portable',
  disable:
    'disable deactivat suspend lock$ lock_ unbind offboard block_it block$ bloquez bloquer desactiv verrouill detach wipe_it',
  left: 'left_the left_us leavers leaver resigned separated retired retiring retire depart quitte parti_en partis not_work_more moved_to no_longer_work not_more_here sorties ont_quitte nous_ont_quittes they_left',
  rename:
    'rename change_her change_his change_our change_the correct spelt spell misspell surname name_of name_change s_appelle nom$ orthographe rectifi merge fusionn move_all deplac update_ modify amend bulk mettre_a_jour maj$ raison_sociale rebrand primary_domain attribut',
  who: 'who_is who_are whose_name whos_name who_the which_e_mail which_email which_person name_of names_of qui_est qui_sont au_nom_de_qui quel_nom quelle_adresse le_nom_des titulaire identity registered recorded on_file enregistr nobody_knows not_knowing personne_sait under_what_name',
  list: 'list_of list$ overview report$ dump export history logs$ log$ logged_in login_history copy_of number_of how_many_users how_many_licen since_when date_from details information_ liste historique journaux nombre releve renseignement combien_de_licences connexions last_login derniere_connexion object_id objectid',
  contract:
    'contract subscription plan$ renewal renew_ billing invoice_address payment_method card$ paid_up expires echeance contrat abonnement formule facturation moyen_de_paiement order_form carte',
  otherCompany:
    'also_using also_client use_you_as are_they_a_customer a_customer client_chez_vous chez_vous_aussi est_bien_cliente have_a_tenant have_an_account a_un_tenant their_admin is_also_client client_of_you',
  escalate:
    'escalat escalad manager supervisor superior senior_person someone_senior more_senior in_charge higher next_level management hierarch responsable_des votre_chef ton_chef chef$ superieur directeur_du_support director_of_support your_boss your_lead the_boss above responsable au_dessus plus_haut niveau_superieur with_authority head_of',
  speak:
    'speak talk$ talk_to ring_me call_me phone_call have_a_word want_a_word contact_me appointment rappel parler entretenir m_adresser joindre_un rendez_vous complain plaindre complaint',
  price:
    'price pricing quote quotation cost$ costs$ how_much rate$ discount budget offer$ proposal fee$ devis tarif prix combien remise cout proposition demo$ demonstration presentation proforma',
  buy: 'buy$ purchase order$ licen seats subscribe upgrade premium trial paid$ pay_ invoice_us renew add_30 more_users users_more evaluat interested sign_up achet command souscri payant essai abonner commercial reseller revendeur procure po$ poc$ engage_sur',
  denyList:
    'deny_list denylist deny_listed blacklist black_list block_list blocklist blocked banned ban$ barred unblock unban delist whitelist rejected refused denied come_back bounce listed liste_noire liste_de_blocage bannie banni bannissement bloquee debloqu lever_le_blocage refuses refuse$ rejete exclu deny_list forbid not_accepted not_permitted',
  ourAddress:
    'our_address my_address our_domain my_domain our_id my_mail my_number our_number my_email our_email phone_number mon_adresse notre_domaine mes_mails mon_mail mes_messages mon_numero notre_adresse our_mails my_emails sender correspondence ip$ numero',
  apology:
    'apolog sorry_about sorry_for rude bad_language swore shouting excus desol emporte grossier mea_culpa inappropriate disciplined mortified conteste contestation appeal recours unfair mistaken_identity mix_up reconsider review reexamin',
  problem:
    'error fail crash not_working doesn_t_work does_not_work stuck bug$ slow blank cannot_connect can_t_connect erreur plante ne_marche ne_fonctionne echou lent page_blanche bloque_sur times_out loop',
  outage:
    'nobody_can no_one_can everyone everybody all_users all_staff all_our all_of_our down$ outage plus_personne personne_ne tous_les_util tout_le_monde panne a_l_arret',
};

/** In a fixed order; elsewhere concepts are told by their place in it. */
export const conceptNames: readonly string[] = Object.keys(lists);
const tree = new PrefixTree();
/** For each node the concepts that are met as soon as it is reached, and those that the end of a word must follow. */
const begun: number[][] = [];
const ended: number[][] = [];
for (const [concept, terms] of Object.values(lists).entries()) {
  for (const term of terms.trim().split(/\s+/)) {
    const node = tree.add(term.replace(/\$$/, ''));
    while (begun.length <= node) {
      begun.push([]);
      ended.push([]);
    }
    (term.endsWith('$') ? ended : begun)[node]?.push(concept);
  }
}
/** Nodes at which nothing is met, which are nearly all. */
const isQuiet = Uint8Array.from(begun, (concepts, node) =>
  concepts.length === 0 && ended[node]?.length === 0 ? 1 : 0,
);

/** The numbers of the concepts in a folded text, in ascending order. All terms are followed at once from each word's start. */
export function conceptsOf(text: string): readonly number[] {
  const met = new Uint8Array(conceptNames.length);
  let isInWord = false;
  for (let at = 0; at < text.length; at += 1) {
    const symbol = symbolOf(text.charCodeAt(at));
    if (symbol !== 0 && !isInWord) follow(text, at, met);
    isInWord = symbol !== 0;
  }
  const found: number[] = [];
  for (let concept = 0; concept < met.length; concept += 1) if (met[concept] === 1) found.push(concept);
  return found;
}

function follow(text: string, start: number, met: Uint8Array): void {
  let at = start;
  let node: number = PrefixTree.root;
  while (node !== PrefixTree.nowhere) {
    const symbol = symbolOf(text.charCodeAt(at));
    // Nodes beyond the array end nothing either.
    if (isQuiet[node] === 0) {
      meet(begun[node], met);
      if (symbol === 0) meet(ended[node], met);
    }
    if (symbol !== 0) {
      node = tree.step(node, symbol);
      at += 1;
      continue;
    }
    node = isGap(text.charCodeAt(at)) ? tree.stepOverGap(node) : PrefixTree.nowhere;
    while (isGap(text.charCodeAt(at))) at += 1;
  }
}

function meet(concepts: readonly number[] | undefined, met: Uint8Array): void {
  for (const concept of concepts ?? []) met[concept] = 1;
}

/** Space, apostrophes and hyphen. */
function isGap(code: number): boolean {
  return code === 32 || code === 39 || code === 45 || code === 0x2019;
}
